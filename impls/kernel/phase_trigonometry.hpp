// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// cos and sin of a phase as two binary32 numbers each, within 2^-30.5: no table, no binary64. u = 2^-24.
//
// The phase is brought to the nearest quarter turn, t = theta within pi/4 of it, and then, with y = t^2 <= 0.617,
//     sin t = t + t y (-1/6 + y Q),           Q = 1/120 - y/5040 + y^2/362880 - y^3/39916800
//     cos t = 1 + y (-1/2 + y (1/24 + y P)),  P = -1/720 + y/40320 - y^2/3628800 + y^3/479001600
// where y Q and y P are binary32 and everything before them two words. What is lost:
//   y Q         first coefficient, last sum, product and y's high word, u each at most: 4u 0.0052 for 0.485 t y:
//   2^-30.6 y P         likewise 4u 0.00086, for 0.381 y^2: 2^-33.6 the series  t^13/13! = 2^-37 in sin, t^14/14! =
//   2^-41 in cos the rest    two-word steps of a few u^2 each, and the phase itself, cut to 2^-64 turns: below 2^-43
#pragma once

#include <cstdint>

#include "impls/kernel/host_device.hpp"
#include "impls/kernel/two_floats.hpp"

namespace rope::kernel {

struct CosSin {
  TwoFloats cos, sin;
};

/// In radians, of |units| <= 2^61 units of 2^-64 turns, to within 2^-46 of itself.
ROPE_HD inline TwoFloats radians(std::int64_t units) {
  const auto high = static_cast<float>(units);
  const auto low = static_cast<float>(units - static_cast<std::int64_t>(high));
  constexpr TwoFloats quarter_turn{0x1.921fb6p+0F, -0x1.777a5cp-25F};  // pi/2, to 2^-49
  return TwoFloats{high * 0x1p-62F, low * 0x1p-62F} * quarter_turn;
}

/// |t| <= pi/4.
ROPE_HD inline CosSin cos_sin_near_zero(const TwoFloats& t) {
  const TwoFloats y = t * t;
  const float q = 0x1.111112p-7F + y.hi * (-0x1.a01a02p-13F + y.hi * (0x1.71de3ap-19F - y.hi * 0x1.ae6456p-26F));
  const float p = -0x1.6c16c2p-10F + y.hi * (0x1.a01a02p-16F + y.hi * (-0x1.27e4fcp-22F + y.hi * 0x1.1eed8ep-29F));
  // -1/6 and 1/24 in two words.
  const TwoFloats sixth = add_smaller(-0x1.555556p-3F, {y.hi * q, 0x1.555556p-28F});
  const TwoFloats twentyfourth = add_smaller(0x1.555556p-5F, {y.hi * p, -0x1.555556p-30F});
  const TwoFloats sine = t * (y * sixth);
  const TwoFloats high = fast_two_sum(t.hi, sine.hi);
  return {add_smaller(1.0F, y * add_smaller(-0.5F, y * twentyfourth)),
          fast_two_sum(high.hi, high.lo + (t.lo + sine.lo))};
}

/// phase: units of 2^-64 turns. At 0 exactly (1, 0).
ROPE_HD inline CosSin cos_sin(std::uint64_t phase) {
  const std::uint64_t quarters = (phase + (std::uint64_t{1} << 61)) >> 62;
  const CosSin near = cos_sin_near_zero(radians(static_cast<std::int64_t>(phase - (quarters << 62))));
  const bool swapped = (quarters & 1U) != 0;
  const TwoFloats cos = swapped ? near.sin : near.cos, sin = swapped ? near.cos : near.sin;
  return {((quarters + 1) & 2U) != 0 ? -cos : cos, (quarters & 2U) != 0 ? -sin : sin};
}

}  // namespace rope::kernel
