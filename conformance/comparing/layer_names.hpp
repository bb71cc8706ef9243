// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Names of layer types for files that have none: an ONNX graph knows tables, not what its layers are called.
#pragma once

#include "fixtures/layer_spec.hpp"

namespace rope::conformance {

/// Types of layers that a file names by their tables get the names that the other model has for the same frequencies;
/// where one of each is left over, these two go together.
fixtures::ModelDescription named_as(fixtures::ModelDescription model, const fixtures::ModelDescription& like);

}  // namespace rope::conformance
