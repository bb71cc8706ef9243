// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A factor on q alone that grows with its position. It comes after the rotation and is no part of it; formula and
// sources in query_temperature.cpp.
#pragma once

#include <cstdint>

namespace rope {

struct QueryTemperature {
  double slope = 0;          ///< a
  std::int64_t length = 1;   ///< f: positions that share a factor
  std::int64_t forward = 0;  ///< how many positions earlier each step comes
  friend bool operator==(const QueryTemperature&, const QueryTemperature&) = default;
};

/// Correctly rounded binary64. `position` from 0, below 2^60; slope finite, length 1 or more, forward from 0. Throws
/// std::invalid_argument elsewhere.
double query_temperature(const QueryTemperature& temperature, std::int64_t position);

}  // namespace rope
