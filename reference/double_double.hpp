// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// An unevaluated sum hi + lo of two binary64 numbers with |lo| <= ulp(hi)/2: how an exact value travels.
#pragma once

namespace rope {

struct DoubleDouble {
  double hi = 0;
  double lo = 0;
};

/// x - v for a binary64 x near v, with an error of at most 2^-53 |x - v| + 2^-106 |v|: x - hi is computed without error
/// by 2Sum (Knuth; Joldes, Muller, Popescu 2017, algorithm 2), then lo is taken away.
inline double difference(double x, DoubleDouble v) {
  const double s = x - v.hi;
  const double b = s - x;
  const double e = (x - (s - b)) - (v.hi + b);
  return s + (e - v.lo);
}

inline DoubleDouble operator-(DoubleDouble v) {
  return {-v.hi, -v.lo};
}

}  // namespace rope
