// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Do two models ask for the same RoPE, and if not, where do they part?
#pragma once

#include <string>
#include <vector>

#include "fixtures/layer_spec.hpp"
#include "reports/comparison.hpp"

namespace rope::conformance {

struct NamedModel {
  std::string name;  ///< as the user gave it
  fixtures::ModelDescription description;
};

/// Every model but the first against the first; layer types by their names, a model without them against each.
reports::ComparisonReport compare(const std::vector<NamedModel>& models);

}  // namespace rope::conformance
