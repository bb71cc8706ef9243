// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The accurate arithmetic of a GPU: what a pair is multiplied by, from whatever the angles are given by, and the
// rotation. The same lines run in the plug-in device-arithmetic on the CPU and in impls/cuda.
//
// Against one rounding of the exact rotation a result errs, before that rounding, by at most
//   binary32: 2^-30 (phase_trigonometry.hpp: 2^-30.5 in cos and sin, and a few u^2 of the two-word rotation)
//   16 bits: cos and sin rounded to binary32, u/2 each, and a fused rotation, 2u: below 2^-22.5
// times |(x0, x1)|, with u = 2^-24. A sixteenth of the output's unit roundoff (tier A) is 2^-28, 2^-15 and 2^-12.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "impls/kernel/host_device.hpp"
#include "impls/kernel/phase_trigonometry.hpp"
#include "impls/kernel/source.hpp"
#include "impls/kernel/turn.hpp"
#include "impls/kernel/turns.hpp"
#include "impls/kernel/two_floats.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// Of an angle in radians: modulo 1, in units of 2^-64 turns. Whole multiples of 2 pi are taken off by the bits of 1/(2
/// pi) that matter (Payne, Hanek 1983), however large the angle is.
ROPE_HD inline std::uint64_t phase_of_angle(double magnitude) {
  const auto bits = std::bit_cast<std::uint64_t>(magnitude);
  const int biased = static_cast<int>(bits >> 52 & 0x7ffU);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
  return biased == 0 ? turns_of(fraction, -1074).high : turns_of(fraction | std::uint64_t{1} << 52, biased - 1075).high;
}

/// By an angle with this cosine and sine, or its negative, times a factor.
ROPE_HD inline Turn<TwoFloats> turn_of(const CosSin& unit, bool negative, const TwoFloats& factor) {
  const TwoFloats cos = unit.cos * factor, sin = (negative ? -unit.sin : unit.sin) * factor;
  return {cos, sin, cos, sin};
}

/// At a position, of a frequency in turns.
ROPE_HD inline Turn<TwoFloats> turn_at(const Turns& turns, std::int64_t position, const TwoFloats& factor) {
  const auto bits = static_cast<std::uint64_t>(position);
  return turn_of(cos_sin(phase_at(turns, position < 0 ? 0 - bits : bits)), position < 0, factor);
}

/// Of an angle in radians; of an infinity or a NaN, NaN.
ROPE_HD inline Turn<TwoFloats> turn_of_angle(double angle, const TwoFloats& factor) {
  const double nothing = angle - angle;
  if (nothing != 0) {
    const TwoFloats nan{static_cast<float>(nothing)};
    return {nan, nan, nan, nan};
  }
  return turn_of(cos_sin(phase_of_angle(angle < 0 ? -angle : angle)), angle < 0, factor);
}

/// x0 c - x1 s in two words, times a scale, rounded to binary32 once. Where that is no number it is the plain sum, so
/// that what overflows is an infinity.
ROPE_HD inline float turned(float x0, const TwoFloats& c, float x1, const TwoFloats& s, const TwoFloats& scale) {
  const TwoFloats first = two_product(x0, c.hi), second = two_product(-x1, s.hi);
  const TwoFloats high = two_sum(first.hi, second.hi);
  const float low = fused(x0, c.lo, fused(-x1, s.lo, first.lo + second.lo)) + high.lo;
  const TwoFloats scaled = fast_two_sum(high.hi, low) * scale;
  return scaled.hi == scaled.hi ? scaled.hi : high.hi * scale.hi;
}

/// One product rounded, the other fused.
ROPE_HD inline float turned_once(float x0, float c, float x1, float s, float scale) {
  return fused(x0, c, -(x1 * s)) * scale;
}

struct RotatedFloats {
  float first, second;
};

ROPE_HD inline RotatedFloats rotated_to_binary32(float x0, float x1, const Turn<TwoFloats>& t, const TwoFloats& scale) {
  return {turned(x0, t.c0, x1, t.s0, scale), turned(x1, t.c1, -x0, t.s1, scale)};
}

/// To be rounded to 16 bits.
ROPE_HD inline RotatedFloats rotated_to_16_bits(float x0, float x1, const Turn<TwoFloats>& t, const TwoFloats& scale) {
  return {turned_once(x0, t.c0.hi, x1, t.s0.hi, scale.hi), turned_once(x1, t.c1.hi, -x0, t.s1.hi, scale.hi)};
}

}  // namespace rope::kernel
