// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One component of a rotation in double-double.
#pragma once

#include <cmath>

#include "reference/double_double.hpp"

namespace rope {

/// a·x + b·y with an error of at most 6.01u²(|a| + |b|)·max(|x|, |y|) where nothing under- or overflows (lemma 8).
inline DoubleDouble combination(double a, DoubleDouble x, double b, DoubleDouble y) {
  const double p = a * x.hi, q = b * y.hi;
  const double p_tail = std::fma(a, x.hi, -p) + a * x.lo;
  const double q_tail = std::fma(b, y.hi, -q) + b * y.lo;
  const double r = p + q, t = r - q;
  const double r_tail = (p - t) + (q - (r - t));  // 2Sum
  const double tail = r_tail + (p_tail + q_tail);
  const double hi = r + tail, rest = hi - tail;
  return {hi, (r - rest) + (tail - (hi - rest))};  // 2Sum again: r may have cancelled
}

}  // namespace rope
