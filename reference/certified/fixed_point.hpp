// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Complex numbers of modulus at most 1 in 128-bit fixed point: the arithmetic that fills the tables.
#pragma once

#include <cstdint>

#include "reference/double_double.hpp"

namespace rope {

/// A real number x of [-1, 1] as the integer nearest to 2^126·x: two bits above the point, so that 1 itself and sums of
/// two fit in two's complement.
__extension__ using Fixed = __int128;
__extension__ using UnsignedFixed = unsigned __int128;
inline constexpr int fixed_fraction_bits = 126;

struct FixedComplex {
  Fixed re = 0, im = 0;
};

/// a·b, cut down to the unit 2^-126: the exact product less 0 to 1 + 2^-62 units (lemma 2).
inline Fixed product(Fixed a, Fixed b) {
  const auto a1 = static_cast<std::int64_t>(a >> 64), b1 = static_cast<std::int64_t>(b >> 64);
  const auto a0 = static_cast<std::uint64_t>(a), b0 = static_cast<std::uint64_t>(b);
  const auto low = static_cast<Fixed>((UnsignedFixed{a0} * b0) >> 64);
  const Fixed middle = Fixed{a1} * Fixed{b0} + Fixed{b1} * Fixed{a0} + low;
  return Fixed{a1} * Fixed{b1} * 4 + (middle >> 62);
}

inline FixedComplex operator*(const FixedComplex& a, const FixedComplex& b) {
  return {product(a.re, b.re) - product(a.im, b.im), product(a.re, b.im) + product(a.im, b.re)};
}

/// |hi + lo - x| <= 2^-108, |lo| <= ulp(hi)/2; 0 is +0 (lemma 2).
inline DoubleDouble to_double_double(Fixed x) {
  const auto magnitude = static_cast<UnsignedFixed>(x < 0 ? -x : x);
  const auto low = static_cast<std::uint64_t>(magnitude);
  auto high = static_cast<std::int64_t>(magnitude >> 64);
  // Where the conversion to binary64 rounds, it must see that something follows: so hi is the nearest to all of x.
  if (high >> 53 != 0 && low != 0) high |= 1;
  const auto top = static_cast<double>(high);
  const Fixed rest =
      static_cast<Fixed>(magnitude) - static_cast<Fixed>(static_cast<std::int64_t>(top)) * (Fixed{1} << 64);
  const auto rest1 = static_cast<std::int64_t>(rest >> 32);
  const auto rest0 = static_cast<std::uint32_t>(rest);
  const double sign = x < 0 ? -1 : 1;
  const double hi = sign * top * 0x1p-62;
  const double lo = sign * (static_cast<double>(rest1) * 0x1p-94 + static_cast<double>(rest0) * 0x1p-126);
  const double sum = hi + lo;  // |hi| >= |lo| or hi = 0: Fast2Sum (Dekker 1971)
  return {sum, lo - (sum - hi)};
}

}  // namespace rope
