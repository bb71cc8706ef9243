// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The working precisions of Ziv's loop (Ziv 1991, "Fast evaluation of elementary mathematical functions with correctly
// rounded last bit") and the loop itself.
//
// Each precision is a type of its own, so that Boost's process-wide default_precision() is neither read nor changed.
// Boost gives a type of d decimal digits floor(1000 d / 301) + 2 bits (+ 1 where the division is exact). The digits
// below are the most that fit 3, 4, 8 and 16 limbs of 64 bits: 57 → 191, 76 → 254, 153 → 510, 307 → 1021 bits.
//
// Why start at 191: a position of 40 bits takes 40 of them, the frequency's own error about 10, a double-double 106;
// 35 are left for cancellation near the zeros of cos and sin and for the rounding test.
#pragma once

#include <mpfr.h>

#include <boost/multiprecision/mpfr.hpp>
#include <limits>
#include <optional>
#include <string>

#include "reference/exact.hpp"

namespace rope {

template <unsigned digits>
using Multiprecision = boost::multiprecision::number<
    boost::multiprecision::mpfr_float_backend<digits, boost::multiprecision::allocate_stack>,
    boost::multiprecision::et_off>;

using Real191 = Multiprecision<57>;
using Real254 = Multiprecision<76>;
using Real510 = Multiprecision<153>;
using Real1021 = Multiprecision<307>;

template <class Real>
inline constexpr int precision_bits = std::numeric_limits<Real>::digits;
static_assert(precision_bits<Real191> == 191);
static_assert(precision_bits<Real254> == 254);
static_assert(precision_bits<Real510> == 510);
static_assert(precision_bits<Real1021> == 1021);

/// The limbs and the exponent inside, for MPFR's own functions.
template <class Real>
mpfr_ptr raw(Real& x) {
  return x.backend().data();
}
template <class Real>
mpfr_srcptr raw(const Real& x) {
  return x.backend().data();
}
/// Never of a temporary: mpfr_set and others are macros whose statement expressions end its life before they read it.
template <class Real>
void raw(const Real&& x) = delete;

/// Calls attempt.template operator()<Real>() with ever more precise types from `start` on, at most `cap` bits, until it
/// returns something; where none does, throws Unresolved with `what`() in the message.
template <class Attempt, class What>
auto resolve(const Attempt& attempt, const What& what, int cap, ZivStart start = ZivStart::first) {
  if (start == ZivStart::first) {
    if (auto result = attempt.template operator()<Real191>()) return *result;
  }
  if (cap >= precision_bits<Real254>) {
    if (auto result = attempt.template operator()<Real254>()) return *result;
  }
  if (cap >= precision_bits<Real510>) {
    if (auto result = attempt.template operator()<Real510>()) return *result;
  }
  if (cap >= precision_bits<Real1021>) {
    if (auto result = attempt.template operator()<Real1021>()) return *result;
  }
  throw Unresolved("expected a certain rounding of " + what() + " within " + std::to_string(cap) +
                   " bits of working precision, found none: the value is an exact tie or closer to one than that; "
                   "leave this input out, no answer is given for it");
}

}  // namespace rope
