// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Angles in turns, modulo 1, as binary fixed-point numbers: position times frequency is then an integer product whose
// whole turns fall off the top, exact where a binary64 product has long lost the angle.
//
// With T the frequency divided by 2 pi, rounded to a multiple of 2^-96, the phase at position p errs by at most
// |p| 2^-97 turns for T, and by less than 2^-64 because it is cut there: below 2^-33 turns for every |p| up to 2^63.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "impls/kernel/host_device.hpp"

namespace rope::kernel {

/// high 2^-64 + low 2^-96 turns.
struct Turns {
  std::uint64_t high = 0;
  std::uint32_t low = 0;

  ROPE_HD friend bool operator==(const Turns& a, const Turns& b) { return a.high == b.high && a.low == b.low; }
};

/// The 64 bits of 1/(2 pi) after the first `offset` ones behind its binary point. Those before that point are 0, and
/// those past the table's end are too: it reaches far enough for every binary64 number.
ROPE_HD inline std::uint64_t inverse_of_two_pi(int offset) {
  constexpr int count = 19;
  static constexpr std::uint64_t words[count] = {
      0x28be60db9391054a, 0x7f09d5f47d4d3770, 0x36d8a5664f10e410, 0x7f9458eaf7aef158, 0x6dc91b8e909374b8,
      0x01924bba82746487, 0x3f877ac72c4a69cf, 0xba208d7d4baed121, 0x3a671c09ad17df90, 0x4e64758e60d4ce7d,
      0x272117e2ef7e4a0e, 0xc7fe25fff7816603, 0xfbcbc462d6829b47, 0xdb4d9fb3c9f2c26d, 0xd3d18fd9a797fa8b,
      0x5d49eeb1faf97c5e, 0xcf41ce7de294a4ba, 0x9afed7ec47e35742, 0x1580cc11bf1edaea};
  const int word = offset >= 0 ? offset / 64 : -((63 - offset) / 64);
  const int shift = offset - 64 * word;
  const auto at = [&](int i) { return i >= 0 && i < count ? words[i] : std::uint64_t{0}; };
  return shift == 0 ? at(word) : at(word) << shift | at(word + 1) >> (64 - shift);
}

/// a·b + more, which 128 bits always hold: the low 64 of them, and the high ones in `more`.
ROPE_HD inline std::uint64_t multiply_add(std::uint64_t a, std::uint64_t b, std::uint64_t& more) {
  const std::uint64_t a0 = a & 0xffffffffU, a1 = a >> 32, b0 = b & 0xffffffffU, b1 = b >> 32;
  const std::uint64_t low = a0 * b0 + (more & 0xffffffffU);
  const std::uint64_t middle = a1 * b0 + (low >> 32) + (more >> 32);
  const std::uint64_t other = a0 * b1 + (middle & 0xffffffffU);
  more = a1 * b1 + (middle >> 32) + (other >> 32);
  return other << 32 | (low & 0xffffffffU);
}

/// significand 2^exponent / (2 pi), modulo 1, rounded to the nearest multiple of 2^-96: 192 bits of 2^exponent / (2 pi)
/// behind the binary point, times the significand, are exact to 2^-128.
ROPE_HD inline Turns turns_of(std::uint64_t significand, int exponent) {
  std::uint64_t carry = 0;
  multiply_add(significand, inverse_of_two_pi(exponent + 128), carry);
  const std::uint64_t second = multiply_add(significand, inverse_of_two_pi(exponent + 64), carry);
  const std::uint64_t first = multiply_add(significand, inverse_of_two_pi(exponent), carry);
  const std::uint64_t rounded = second + 0x80000000U;  // its high half, after half a unit of its low half
  return {first + (rounded < second ? 1U : 0U), static_cast<std::uint32_t>(rounded >> 32)};
}

/// Modulo 1.
ROPE_HD inline Turns operator-(const Turns& t) {
  const std::uint32_t low = ~t.low + 1U;
  return {~t.high + (low == 0 ? 1U : 0U), low};
}

/// In turns for each position, of a finite frequency in radians; of long double the first 64 bits count.
template <class Real>
Turns turns_of_frequency(Real inv_freq) {
  int exponent = 0;
  const Real fraction = std::frexp(std::fabs(inv_freq), &exponent);
  constexpr int digits = std::numeric_limits<Real>::digits < 64 ? std::numeric_limits<Real>::digits : 64;
  const Turns turns = turns_of(static_cast<std::uint64_t>(std::ldexp(fraction, digits)), exponent - digits);
  return std::signbit(inv_freq) ? -turns : turns;
}

/// The phase after so many positions: modulo 1, in units of 2^-64 turns.
ROPE_HD inline std::uint64_t phase_at(const Turns& turns, std::uint64_t positions) {
  const std::uint64_t low = turns.low;
  return positions * turns.high + (positions >> 32) * low + ((positions & 0xffffffffU) * low >> 32);
}

}  // namespace rope::kernel
