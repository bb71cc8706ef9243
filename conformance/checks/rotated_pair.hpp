// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A pair of a tensor's numbers rotated in double-double: what outputs are held against where there is no fixture's
// value.
#pragma once

#include <array>
#include <cmath>

#include "reference/certified/table.hpp"
#include "reference/double_double.hpp"

namespace rope::conformance {

/// (x0·cos - x1·sin, x0·sin + x1·cos). Products of binary64 and double-double lose 2u² of their size, the sum 3u² of
/// the products': below 2^-103·(|x0| + |x1|)·A in all, beside the table's own error.
inline std::array<DoubleDouble, 2> rotated_pair(std::array<double, 2> x, const CertifiedTable::Pair& factors) {
  const auto product = [](double a, DoubleDouble v) {
    const double hi = a * v.hi;
    return DoubleDouble{hi, std::fma(a, v.hi, -hi) + a * v.lo};
  };
  const auto sum = [](DoubleDouble a, DoubleDouble b) {
    const double s = a.hi + b.hi;
    const double t = s - a.hi;
    const double e = (a.hi - (s - t)) + (b.hi - t);
    const double lo = e + (a.lo + b.lo);
    const double hi = s + lo;
    return DoubleDouble{hi, lo - (hi - s)};
  };
  return {sum(product(x[0], factors.cos), -product(x[1], factors.sin)),
          sum(product(x[0], factors.sin), product(x[1], factors.cos))};
}

}  // namespace rope::conformance
