// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One layer type of one model with everything that a comparison needs, computed once.
#pragma once

#include <string>
#include <vector>

#include "fixtures/layer_spec.hpp"
#include "reference/double_double.hpp"

namespace rope::conformance {

struct ComparedLayer {
  std::string letter;
  fixtures::LayerSpec layer;
  std::vector<DoubleDouble> inv_freq;  ///< exact to 2^-105, from the multiprecision reference
  std::string fingerprint;

  double frequency(int pair) const { return inv_freq[static_cast<std::size_t>(pair)].hi; }
};

ComparedLayer compared_layer(const std::string& letter, const fixtures::LayerSpec& layer);

}  // namespace rope::conformance
