// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Ball: a multiprecision number with a proved bound on its distance from the real number it stands for, and the few
// operations RoPE needs on such numbers.
//
// Notation: P the precision, exponent(x) = e with 2^(e-1) <= |x| < 2^e. MPFR rounds each operation correctly to
// nearest, so a result m that was not exact is off by at most half an ulp, 2^(exponent(m) - P - 1). All bounds are
// powers of two, kept as exponents: sums of bounds are taken as (largest) · (number of terms rounded up to a power of
// two), which loses a bit or two and cannot underflow. MPFR's exponent range (±2^62) is never met.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "reference/precision.hpp"

namespace rope {

/// Exponent of a radius; `exact` is the exponent of radius 0.
using RadiusExponent = std::int64_t;
inline constexpr RadiusExponent exact = std::numeric_limits<std::int64_t>::min();

template <class Real>
struct Ball {
  Real middle = 0;
  RadiusExponent radius = exact;  ///< |middle - v| <= 2^radius
};

/// exponent(x); x not zero.
template <class Real>
std::int64_t exponent(const Real& x) {
  return mpfr_get_exp(raw(x));
}

/// Bound of the sum of radii: each is at most the largest.
inline RadiusExponent total(std::span<const RadiusExponent> radii) {
  RadiusExponent largest = exact;
  std::uint64_t inexact = 0;
  for (const RadiusExponent r : radii) {
    if (r == exact) continue;
    largest = std::max(largest, r);
    ++inexact;
  }
  return inexact == 0 ? exact : largest + static_cast<std::int64_t>(std::bit_width(inexact - 1));
}

/// What MPFR's own rounding of `result` adds; `ternary` is 0 where the result is exact.
template <class Real>
RadiusExponent rounding_radius(const Real& result, int ternary) {
  return ternary == 0 ? exact : exponent(result) - precision_bits<Real> - 1;
}

template <class Real>
Ball<Real> exact_ball(double x) {
  static_assert(precision_bits<Real> >= 53);
  Ball<Real> b;
  mpfr_set_d(raw(b.middle), x, MPFR_RNDN);
  return b;
}

template <class Real>
Ball<Real> exact_ball(std::int64_t x) {
  static_assert(precision_bits<Real> >= 64 && sizeof(long) == sizeof(std::int64_t));
  Ball<Real> b;
  mpfr_set_si(raw(b.middle), x, MPFR_RNDN);
  return b;
}

template <class Real>
bool is_exact_zero(const Ball<Real>& a) {
  return a.radius == exact && mpfr_zero_p(raw(a.middle)) != 0;
}

template <class Real>
Ball<Real> operator-(Ball<Real> a) {
  // A real zero has no sign: it stays +0.
  if (mpfr_zero_p(raw(a.middle)) == 0) mpfr_neg(raw(a.middle), raw(a.middle), MPFR_RNDN);
  return a;
}

/// Exact: a times 2^k.
template <class Real>
Ball<Real> scale(Ball<Real> a, long k) {
  mpfr_mul_2si(raw(a.middle), raw(a.middle), k, MPFR_RNDN);
  if (a.radius != exact) a.radius += k;
  return a;
}

/// |âb̂ - ab| <= |â||b - b̂| + |b̂||a - â| + |a - â||b - b̂|.
template <class Real>
Ball<Real> operator*(const Ball<Real>& a, const Ball<Real>& b) {
  Ball<Real> product;
  if (is_exact_zero(a) || is_exact_zero(b)) return product;
  const int ternary = mpfr_mul(raw(product.middle), raw(a.middle), raw(b.middle), MPFR_RNDN);
  const bool a_zero = mpfr_zero_p(raw(a.middle)) != 0;
  const bool b_zero = mpfr_zero_p(raw(b.middle)) != 0;
  const std::array radii{
      b.radius == exact || a_zero ? exact : exponent(a.middle) + b.radius,
      a.radius == exact || b_zero ? exact : exponent(b.middle) + a.radius,
      a.radius == exact || b.radius == exact ? exact : a.radius + b.radius,
      rounding_radius(product.middle, ternary),
  };
  product.radius = total(radii);
  return product;
}

/// All terms are added with a single rounding (mpfr_sum), so that a cancelling sum loses nothing of its own.
template <class Real>
Ball<Real> sum(std::span<const Ball<Real>> terms) {
  std::vector<mpfr_ptr> pointers;
  std::vector<RadiusExponent> radii;
  pointers.reserve(terms.size());
  radii.reserve(terms.size() + 1);
  for (const Ball<Real>& term : terms) {
    pointers.push_back(const_cast<mpfr_ptr>(raw(term.middle)));  // mpfr_sum reads only; its parameter lacks the const
    radii.push_back(term.radius);
  }
  Ball<Real> result;
  const int ternary = mpfr_sum(raw(result.middle), pointers.data(), pointers.size(), MPFR_RNDN);
  radii.push_back(rounding_radius(result.middle, ternary));
  result.radius = total(radii);
  if (mpfr_zero_p(raw(result.middle)) != 0) mpfr_set_zero(raw(result.middle), +1);
  return result;
}

template <class Real>
Ball<Real> operator+(const Ball<Real>& a, const Ball<Real>& b) {
  Ball<Real> result;
  const int ternary = mpfr_add(raw(result.middle), raw(a.middle), raw(b.middle), MPFR_RNDN);
  result.radius = total(std::array{a.radius, b.radius, rounding_radius(result.middle, ternary)});
  if (mpfr_zero_p(raw(result.middle)) != 0) mpfr_set_zero(raw(result.middle), +1);
  return result;
}

template <class Real>
Ball<Real> operator-(const Ball<Real>& a, const Ball<Real>& b) {
  return a + -b;
}

/// |â/b̂ - a/b| <= (|â||b - b̂| + |b̂||a - â|) / |b b̂|. Requires 2^b.radius <= |b̂|/2, hence |b| >= |b̂|/2 >=
/// 2^(exponent(b̂) - 2): the first term is below 2^(exponent(a) + b.radius - 2·exponent(b) + 3), the second at most
/// 2^(a.radius - exponent(b) + 2).
template <class Real>
Ball<Real> operator/(const Ball<Real>& a, const Ball<Real>& b) {
  if (mpfr_zero_p(raw(b.middle)) != 0 || (b.radius != exact && b.radius > exponent(b.middle) - 2)) {
    throw std::logic_error("expected a divisor whose ball keeps away from zero");
  }
  Ball<Real> quotient;
  if (is_exact_zero(a)) return quotient;
  const int ternary = mpfr_div(raw(quotient.middle), raw(a.middle), raw(b.middle), MPFR_RNDN);
  const bool a_zero = mpfr_zero_p(raw(a.middle)) != 0;
  const std::int64_t eb = exponent(b.middle);
  const std::array radii{
      b.radius == exact || a_zero ? exact : exponent(a.middle) + b.radius - 2 * eb + 3,
      a.radius == exact ? exact : a.radius - eb + 2,
      rounding_radius(quotient.middle, ternary),
  };
  quotient.radius = total(radii);
  return quotient;
}

/// ln has slope 1/v at v. Requires v > 0 and 2^radius <= â/2 >= v/2, hence 1/v <= 2/â <= 2^(2 - exponent(â)).
template <class Real>
Ball<Real> log(const Ball<Real>& a) {
  if (mpfr_sgn(raw(a.middle)) <= 0 || (a.radius != exact && a.radius > exponent(a.middle) - 2)) {
    throw std::logic_error("expected a logarithm of a ball that keeps away from zero");
  }
  Ball<Real> result;
  const int ternary = mpfr_log(raw(result.middle), raw(a.middle), MPFR_RNDN);
  const RadiusExponent slope = a.radius == exact ? exact : a.radius + 2 - exponent(a.middle);
  // ln 1 = 0 is exact and has no exponent.
  result.radius = total(std::array{slope, ternary == 0 ? exact : rounding_radius(result.middle, ternary)});
  return result;
}

/// exp has slope e^v at v. Requires 2^radius <= 1/2: between â and a it is then below e^â e^(1/2) < 2^(exponent(e^â) +
/// 1).
template <class Real>
Ball<Real> exp(const Ball<Real>& a) {
  if (a.radius != exact && a.radius > -1) {
    throw std::logic_error("expected an exponential of a ball that is not wider than 1");
  }
  Ball<Real> result;
  const int ternary = mpfr_exp(raw(result.middle), raw(a.middle), MPFR_RNDN);
  const RadiusExponent slope = a.radius == exact ? exact : a.radius + exponent(result.middle) + 1;
  result.radius = total(std::array{slope, rounding_radius(result.middle, ternary)});
  return result;
}

template <class Real>
Ball<Real> pi() {
  Ball<Real> b;
  const int ternary = mpfr_const_pi(raw(b.middle), MPFR_RNDN);
  b.radius = rounding_radius(b.middle, ternary);
  return b;
}

/// cos and sin have slope at most 1, so an angle's radius passes through; at the exact angle 0 they are exactly 1 and
/// 0.
template <class Real>
std::pair<Ball<Real>, Ball<Real>> cos_sin(const Ball<Real>& angle) {
  Ball<Real> c, s;
  if (is_exact_zero(angle)) {
    mpfr_set_ui(raw(c.middle), 1, MPFR_RNDN);
    return {c, s};
  }
  mpfr_sin_cos(raw(s.middle), raw(c.middle), raw(angle.middle), MPFR_RNDN);  // both correctly rounded
  // The ternary values are not asked for: at an angle that is not zero both are treated as rounded.
  c.radius = total(std::array{angle.radius, rounding_radius(c.middle, 1)});
  s.radius = total(std::array{angle.radius, rounding_radius(s.middle, 1)});
  return {c, s};
}

/// 2^radius, for a radius that is not exact.
template <class Real>
Real radius_value(RadiusExponent radius) {
  Real r;
  mpfr_set_ui_2exp(raw(r), 1, radius, MPFR_RNDN);
  return r;
}

/// Which of two real numbers is larger: < 0, > 0; nothing where the balls touch.
template <class Real>
std::optional<int> certain_order(const Ball<Real>& a, const Ball<Real>& b) {
  const Ball<Real> d = a - b;
  if (d.radius == exact) return mpfr_sgn(raw(d.middle));
  const Real radius = radius_value<Real>(d.radius);
  if (mpfr_cmpabs(raw(d.middle), raw(radius)) <= 0) return std::nullopt;
  return mpfr_sgn(raw(d.middle));
}

/// floor(v); nothing where the ball holds an integer that is not its lower end.
template <class Real>
std::optional<std::int64_t> certain_floor(const Ball<Real>& a) {
  const auto floor_of = [](const Real& x) {
    Real down;
    mpfr_floor(raw(down), raw(x));
    return down;
  };
  Real low = a.middle, high = a.middle;
  if (a.radius != exact) {
    const Real radius = radius_value<Real>(a.radius);
    mpfr_sub(raw(low), raw(a.middle), raw(radius), MPFR_RNDD);
    mpfr_add(raw(high), raw(a.middle), raw(radius), MPFR_RNDU);
  }
  const Real floor_low = floor_of(low), floor_high = floor_of(high);
  if (mpfr_equal_p(raw(floor_low), raw(floor_high)) == 0) return std::nullopt;
  if (mpfr_fits_slong_p(raw(floor_low), MPFR_RNDN) == 0) {
    throw std::logic_error("expected a number whose floor fits 64 bits");
  }
  return mpfr_get_si(raw(floor_low), MPFR_RNDN);
}

}  // namespace rope
