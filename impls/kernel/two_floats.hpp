// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A number as the unevaluated sum of two binary32 numbers, about 48 bits: GPUs for which binary64 is slow do this at
// full speed. The building blocks are those of Joldes, Muller, Popescu 2017, "Tight and rigorous error bounds for basic
// building blocks of double-word arithmetic"; the bounds are sums of what is left out and rounded here, with u = 2^-24.
#pragma once

#include "impls/kernel/host_device.hpp"

namespace rope::kernel {

/// hi is the sum rounded to nearest, so that |lo| <= u |hi|.
struct TwoFloats {
  float hi;
  float lo = 0;

  ROPE_HD TwoFloats operator-() const { return {-hi, -lo}; }
  ROPE_HD friend bool operator==(const TwoFloats& a, const TwoFloats& b) { return a.hi == b.hi && a.lo == b.lo; }
};

/// A number that two words hold to within 2^-48 of itself; exactly where it has at most 48 bits. Infinities and NaNs
/// are the high word.
ROPE_HD inline TwoFloats two_floats(double x) {
  const auto hi = static_cast<float>(x);
  const double rest = x - static_cast<double>(hi);
  return {hi, rest - rest == 0 ? static_cast<float>(rest) : 0.0F};
}

/// Exact: Fast2Sum (Dekker 1971); |a| >= |b|, or a is 0.
ROPE_HD inline TwoFloats fast_two_sum(float a, float b) {
  const float sum = a + b;
  return {sum, b - (sum - a)};
}

/// Exact: 2Sum (Knuth).
ROPE_HD inline TwoFloats two_sum(float a, float b) {
  const float sum = a + b;
  const float b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

/// Exact unless it underflows.
ROPE_HD inline TwoFloats two_product(float a, float b) {
  const float product = a * b;
  return {product, fused(a, b, -product)};
}

/// Within 7u^2 of the product: low words times each other, u^2, and three roundings of numbers up to u, 2u and 3u.
ROPE_HD inline TwoFloats operator*(const TwoFloats& a, const TwoFloats& b) {
  const TwoFloats high = two_product(a.hi, b.hi);
  const float cross = fused(a.lo, b.hi, a.hi * b.lo);
  return fast_two_sum(high.hi, high.lo + cross);
}

/// a + b for |a| >= |b.hi|, within 2u^2 of |a| + |b|: one rounding of the low words, up to u each.
ROPE_HD inline TwoFloats add_smaller(float a, const TwoFloats& b) {
  const TwoFloats high = fast_two_sum(a, b.hi);
  return fast_two_sum(high.hi, high.lo + b.lo);
}

}  // namespace rope::kernel
