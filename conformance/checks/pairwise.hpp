// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Few rows in which every two values of different factors stand together that may: a covering array of strength 2, made
// greedily (the way of AETG: Cohen, Dalal, Fredman, Patton 1997) and without chance, so that it is the same everywhere.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace rope::conformance {

/// One value of one factor, both by number.
struct FactorValue {
  std::size_t factor = 0;
  std::size_t value = 0;
};

using MayStandTogether = std::function<bool(FactorValue, FactorValue)>;

/// `sizes`: how many values each factor has. Value 0 of a factor must be allowed beside every value of any other, so
/// that a row can always be filled up. Rows hold the value of each factor.
std::vector<std::vector<std::size_t>> pairwise(const std::vector<std::size_t>& sizes, const MayStandTogether& allowed);

}  // namespace rope::conformance
