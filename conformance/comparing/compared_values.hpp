// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The table of a comparison: the values of two layers side by side.
#pragma once

#include <string>

#include "conformance/comparing/compared_layer.hpp"
#include "fixtures/layer_spec.hpp"
#include "reports/comparison.hpp"

namespace rope::conformance {

/// One row.
void add_value(reports::Comparison& out, const std::string& name, const std::string& first, const std::string& other);

/// All rows, and the fingerprints.
void add_values(reports::Comparison& out, const ComparedLayer& first, const ComparedLayer& other);

/// "sections 16, 24, 24", or "one".
std::string axes_text(const fixtures::LayerSpec& layer);

}  // namespace rope::conformance
