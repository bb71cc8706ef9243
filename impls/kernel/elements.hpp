// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The element types of tensors: their bits, their values, and rounding a computed number to them in one step.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "rope_impl.h"

namespace rope::kernel {

/// Rounds a binary32 or binary64 number to a 16-bit format with `kPrecision` significant bits and smallest normal
/// exponent `kMinExponent` (largest: 1 - kMinExponent), to nearest, ties to even, in ONE rounding. Going from double
/// through float would round twice: 1 + 2^-11 + 2^-40 is above the midpoint of two fp16 numbers, its float is the
/// midpoint itself, which then falls to even.
template <int kPrecision, int kMinExponent, class Real>
constexpr std::uint16_t narrow(Real x) {
  using Bits = std::conditional_t<std::is_same_v<Real, float>, std::uint32_t, std::uint64_t>;
  constexpr int from_precision = std::numeric_limits<Real>::digits;
  constexpr int from_bias = std::numeric_limits<Real>::max_exponent - 1;
  constexpr int to_bias = 1 - kMinExponent;
  constexpr int dropped = from_precision - kPrecision;
  constexpr Bits infinity = Bits{(1U << (16 - kPrecision)) - 1} << (kPrecision - 1);
  constexpr Bits quiet = infinity | (Bits{1} << (kPrecision - 2));

  const Bits bits = std::bit_cast<Bits>(x);
  constexpr Bits sign_bit = Bits{1} << (sizeof(Bits) * 8 - 1);
  const Bits sign = (bits & sign_bit) != 0 ? 0x8000U : 0U;
  const Bits magnitude = bits & ~sign_bit;
  const int exponent = static_cast<int>(magnitude >> (from_precision - 1));  // biased; 0 for zero and subnormals

  Bits rounded;
  if (exponent == 2 * from_bias + 1) {
    rounded = x != x ? quiet : infinity;
  } else if (const int unbiased = (exponent == 0 ? 1 : exponent) - from_bias;
             unbiased >= kMinExponent && exponent != 0) {
    // Normal in both formats. The exponent field sits right above the fraction, so that a carry out of the fraction
    // moves on to the next binade, and out of the largest binade to infinity.
    if (unbiased > to_bias) {
      rounded = infinity;
    } else {
      const Bits rebiased = magnitude - (static_cast<Bits>(from_bias - to_bias) << (from_precision - 1));
      rounded = (rebiased + ((Bits{1} << (dropped - 1)) - 1) + ((rebiased >> dropped) & 1U)) >> dropped;
    }
  } else {
    // Below the target's normal range: a multiple of its quantum 2^(kMinExponent - kPrecision + 1).
    constexpr Bits implicit = Bits{1} << (from_precision - 1);
    const Bits significand = exponent == 0 ? magnitude : (magnitude & (implicit - 1)) | implicit;
    const int shift = dropped + (kMinExponent - unbiased);
    if (shift > from_precision) {
      rounded = 0;  // less than half a quantum
    } else {
      const Bits kept = significand >> shift;
      const Bits rest = significand - (kept << shift);
      const Bits half = Bits{1} << (shift - 1);
      rounded = kept + ((rest > half || (rest == half && (kept & 1U) != 0)) ? 1U : 0U);
    }
  }
  return static_cast<std::uint16_t>(sign | rounded);
}

/// An element type: Storage is its bits, value() exact, round() to nearest with ties to even, in one step.
struct Fp32 {
  static constexpr rope_dtype dtype = ROPE_F32;
  using Storage = std::uint32_t;
  static constexpr float value(Storage bits) { return std::bit_cast<float>(bits); }
  static constexpr Storage round(float x) { return std::bit_cast<Storage>(x); }
  static constexpr Storage round(double x) { return std::bit_cast<Storage>(static_cast<float>(x)); }
};

struct Bf16 {
  static constexpr rope_dtype dtype = ROPE_BF16;
  using Storage = std::uint16_t;
  static constexpr float value(Storage bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
  template <class Real>
  static constexpr Storage round(Real x) {
    return narrow<8, -126>(x);
  }
};

struct Fp16 {
  static constexpr rope_dtype dtype = ROPE_F16;
  using Storage = std::uint16_t;
  static constexpr float value(Storage bits) {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
    const std::uint32_t rest = bits & 0x7fffU;
    if (rest >= 0x7c00U) {  // infinity and NaN keep their fraction
      return std::bit_cast<float>(sign | 0x7f800000U | (rest << 13));
    }
    if (rest >= 0x0400U) {
      return std::bit_cast<float>(sign | ((rest << 13) + (static_cast<std::uint32_t>(127 - 15) << 23)));
    }
    const float magnitude = static_cast<float>(rest) * 0x1p-24F;  // subnormal: a multiple of 2^-24, exact in float
    return sign != 0 ? -magnitude : magnitude;
  }
  template <class Real>
  static constexpr Storage round(Real x) {
    return narrow<11, -14>(x);
  }
};

}  // namespace rope::kernel
