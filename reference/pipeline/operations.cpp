// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Correctly rounded operations; why each is exact is said where it is done.
#include "reference/pipeline/operations.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "reference/encoding.hpp"

namespace rope::pipeline {
namespace {

__extension__ typedef unsigned __int128 Wide;

/// significand · 2^exponent
struct Parts {
  std::uint64_t significand = 0;
  int exponent = 0;
  bool negative = false;
};

/// Of a finite number.
Parts parts(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const auto exponent = static_cast<int>(bits >> 52 & 0x7ff);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
  // Subnormal numbers have the exponent of the smallest normal ones, and no leading bit.
  if (exponent == 0) return {fraction, 1 - 1075, std::signbit(x)};
  return {fraction | std::uint64_t{1} << 52, exponent - 1075, std::signbit(x)};
}

Parts parts(std::int64_t x) {
  const auto bits = static_cast<std::uint64_t>(x);
  return {x < 0 ? ~bits + 1 : bits, 0, x < 0};
}

double encoded(DType format, const Leading64& x) {
  return to_double(format, encode(format, x));
}

/// 117 bits at most (a position has 64, a number 53), so nothing is lost before the one rounding.
double product(DType format, const Parts& a, const Parts& b) {
  const bool negative = a.negative != b.negative;
  const Wide exact = static_cast<Wide>(a.significand) * b.significand;
  if (exact == 0) return negative ? -0.0 : 0.0;
  const auto high = static_cast<std::uint64_t>(exact >> 64), low = static_cast<std::uint64_t>(exact);
  const int zeros = high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(low);
  const Wide normal = exact << zeros;
  return encoded(format, {negative, a.exponent + b.exponent + 128 - zeros, static_cast<std::uint64_t>(normal >> 64),
                          static_cast<std::uint64_t>(normal) != 0});
}

/// The result rounded to odd, given its rounding to nearest and the sign of what that left.
double odd(double nearest, double rest) {
  if (rest == 0 || !std::isfinite(nearest)) return nearest;
  const auto bits = std::bit_cast<std::uint64_t>(nearest);
  if ((bits & 1U) != 0) return nearest;
  const bool outwards = std::signbit(rest) == std::signbit(nearest);
  return std::bit_cast<double>(outwards ? bits + 1 : bits - 1);
}

/// 2Sum (Knuth): s + e = a + b exactly.
double odd_sum(double a, double b) {
  const double s = a + b;
  if (!std::isfinite(s) || s == 0) return s;
  const double bb = s - a;
  return odd(s, (a - (s - bb)) + (b - bb));
}

}  // namespace

double from_integer(DType format, std::int64_t value) {
  return product(format, parts(value), parts(1.0));
}

double product(DType format, double a, double b) {
  if (format == DType::f64) return a * b;
  if (!std::isfinite(a) || !std::isfinite(b) || a == 0 || b == 0) return a * b;
  // Two factors of at most 26 bits, as numbers of these formats are: binary64 has the whole product, where it is
  // normal.
  constexpr std::uint64_t below_26_bits = (std::uint64_t{1} << 27) - 1;
  if (((std::bit_cast<std::uint64_t>(a) | std::bit_cast<std::uint64_t>(b)) & below_26_bits) == 0) {
    const double exact = a * b;
    if (std::isnormal(exact)) {
      return format == DType::f32 ? static_cast<double>(static_cast<float>(exact)) : round_to(format, exact);
    }
  }
  return product(format, parts(a), parts(b));
}

double product(DType format, std::int64_t a, double b) {
  return product(format, parts(a), parts(b));
}

double sum(DType format, double a, double b) {
  if (format == DType::f64) return a + b;
  if (format == DType::f32) return static_cast<double>(static_cast<float>(a) + static_cast<float>(b));
  return round_to(format, odd_sum(a, b));
}

double quotient(DType format, double a, double b) {
  if (format == DType::f64) return a / b;
  if (format == DType::f32) return static_cast<double>(static_cast<float>(a) / static_cast<float>(b));
  const double q = a / b;
  if (!std::isfinite(q) || q == 0) return q;
  const double rest = std::fma(-q, b, a);  // a - q·b, exact
  return round_to(format, odd(q, std::signbit(b) ? -rest : rest));
}

double fused(DType format, double a, double b, double c) {
  if (format == DType::f64) return std::fma(a, b, c);
  if (format == DType::f32) {
    return static_cast<double>(std::fma(static_cast<float>(a), static_cast<float>(b), static_cast<float>(c)));
  }
  return round_to(format, odd_sum(a * b, c));  // products of 16-bit formats have 22 bits at most
}

double truncated(DType format, double x) {
  const double nearest = round_to(format, x);
  if (!std::isfinite(x) || std::fabs(nearest) <= std::fabs(x)) return nearest;
  return to_double(format, round_to_bits(format, nearest) - 1);  // one below in magnitude, from an infinity too
}

double rounded_away(DType format, double x) {
  const double below = truncated(format, x);
  if (!std::isfinite(x) || below == x) return below;
  const double above = to_double(format, round_to_bits(format, below) + 1);
  // The spacing at `below`, also where `above` is an infinity. Both differences are exact (Sterbenz, or x subnormal).
  const double half = 0.5 * ulp(format, below);
  return std::fabs(x - below) >= half ? std::copysign(above, x) : below;
}

double rounded(DType format, double x, Rounding rounding) {
  switch (rounding) {
    case Rounding::nearest:
      return round_to(format, x);
    case Rounding::truncate:
      return truncated(format, x);
    case Rounding::away:
      return rounded_away(format, x);
    case Rounding::stochastic:
      break;
  }
  throw std::invalid_argument("stochastic rounding has no bits of its own to emulate");
}

double flushed(DType dtype, double x) {
  const bool tiny = std::fabs(x) < std::ldexp(1.0, format(dtype).min_exponent);
  return tiny ? std::copysign(0.0, x) : x;
}

}  // namespace rope::pipeline
