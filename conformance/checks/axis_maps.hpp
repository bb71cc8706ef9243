// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which axis each pair of a head takes, as models with several positions for each token have it, for a head of any
// size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reference/spec.hpp"

namespace rope::conformance {

struct AxisMap {
  std::string name;  ///< "Qwen2-VL's bands"
  std::size_t axes = 0;
  std::vector<std::uint32_t> of_pair;
  /// The scheme's own, correctly rounded to binary64; empty: those of the spec.
  std::vector<double> inv_freq = {};
};

/// Those with the spec's frequencies, as axis_maps() has them.
std::vector<AxisMap> dealt_axis_maps(const Spec& spec);

/// Every map that a head with so many pairs has room for; the spec's own axes first, where it has some.
std::vector<AxisMap> axis_maps(const Spec& spec);

}  // namespace rope::conformance
