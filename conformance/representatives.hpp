// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which models of the catalogue a run looks at where none is chosen, and which others each stands for.
#pragma once

#include <vector>

#include "reports/record.hpp"

namespace rope::conformance {

/// In alphabetical order; types of layer as "model.layer", as models are called in a run.
std::vector<reports::Representative> representatives();

}  // namespace rope::conformance
