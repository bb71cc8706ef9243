// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests only: Arb's numbers (Johansson 2017, "Arb: efficient arbitrary-precision midpoint-radius interval
// arithmetic"), and how their balls round to the formats. Of reference/ it takes DType and nothing that computes.
#pragma once

#if __has_include(<flint/arb.h>)
#include <flint/arb.h>  // FLINT 3 holds Arb
#else
#include <arb.h>
#endif

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "reference/dtype.hpp"

namespace rope::oracle {

class Integer {
 public:
  Integer() { fmpz_init(x_); }
  Integer(const Integer&) = delete;
  Integer& operator=(const Integer&) = delete;
  ~Integer() { fmpz_clear(x_); }
  fmpz* get() { return x_; }
  const fmpz* get() const { return x_; }

 private:
  fmpz_t x_;
};

class Number {
 public:
  Number() { arb_init(x_); }
  Number(double x) : Number() { arb_set_d(x_, x); }
  Number(std::int64_t x) : Number() { arb_set_si(x_, x); }
  Number(const Number& o) : Number() { arb_set(x_, o.x_); }
  Number(Number&& o) noexcept : Number() { arb_swap(x_, o.x_); }
  Number& operator=(Number o) noexcept {
    arb_swap(x_, o.x_);
    return *this;
  }
  ~Number() { arb_clear(x_); }
  arb_ptr get() { return x_; }
  arb_srcptr get() const { return x_; }

 private:
  arb_t x_;
};

/// Arb's operations at one precision; every result encloses the exact one.
struct At {
  slong bits;

  Number add(const Number& a, const Number& b) const { return apply(arb_add, a, b); }
  Number sub(const Number& a, const Number& b) const { return apply(arb_sub, a, b); }
  Number mul(const Number& a, const Number& b) const { return apply(arb_mul, a, b); }
  Number div(const Number& a, const Number& b) const { return apply(arb_div, a, b); }
  /// base^(numerator/denominator)
  Number power(const Number& base, slong numerator, ulong denominator) const {
    Number r;
    fmpq_t e;
    fmpq_init(e);
    fmpq_set_si(e, numerator, denominator);
    arb_pow_fmpq(r.get(), base.get(), e, bits);
    fmpq_clear(e);
    return r;
  }
  Number power(const Number& base, const Number& exponent) const { return apply(arb_pow, base, exponent); }
  Number exp(const Number& a) const {
    Number r;
    arb_exp(r.get(), a.get(), bits);
    return r;
  }
  Number log(const Number& a) const {
    Number r;
    arb_log(r.get(), a.get(), bits);
    return r;
  }
  Number pi() const {
    Number r;
    arb_const_pi(r.get(), bits);
    return r;
  }

 private:
  Number apply(void (*f)(arb_t, const arb_t, const arb_t, slong), const Number& a, const Number& b) const {
    Number r;
    f(r.get(), a.get(), b.get(), bits);
    return r;
  }
};

/// A format by its smallest spacing 2^quantum, its significant bits and where its infinity lies.
struct Layout {
  slong quantum;
  slong precision;
  std::uint64_t infinity;
  int sign_bit;
};

inline Layout layout(DType dtype) {
  switch (dtype) {
    case DType::f64:
      return {-1074, 53, 0x7ff0000000000000, 63};
    case DType::f32:
      return {-149, 24, 0x7f800000, 31};
    case DType::f16:
      return {-24, 11, 0x7c00, 15};
    case DType::bf16:
      return {-133, 8, 0x7f80, 15};
  }
  throw std::logic_error("expected one of the four formats");
}

/// The bits of m·2^e, to nearest, ties to even. Patterns of one sign count the format's numbers upwards, so that with
/// the spacing 2^q of its binade a number n·2^q has pattern n + (q - quantum)·2^(precision - 1), also where rounding
/// made n one bit longer.
inline std::uint64_t encode(const Layout& f, const Integer& m, slong e) {
  if (fmpz_is_zero(m.get())) return 0;
  const slong top = static_cast<slong>(fmpz_bits(m.get())) + e;
  const slong q = std::max(top - f.precision, f.quantum);
  Integer n, rest, half;
  fmpz_abs(n.get(), m.get());
  if (e >= q) {
    fmpz_mul_2exp(n.get(), n.get(), static_cast<ulong>(e - q));
  } else {
    const auto drop = static_cast<ulong>(q - e);
    fmpz_fdiv_r_2exp(rest.get(), n.get(), drop);
    fmpz_fdiv_q_2exp(n.get(), n.get(), drop);
    fmpz_one_2exp(half.get(), drop - 1);
    const int side = fmpz_cmp(rest.get(), half.get());
    if (side > 0 || (side == 0 && fmpz_is_odd(n.get()))) fmpz_add_ui(n.get(), n.get(), 1);
  }
  const std::uint64_t pattern = fmpz_get_ui(n.get()) + (static_cast<std::uint64_t>(q - f.quantum) << (f.precision - 1));
  const std::uint64_t sign = fmpz_sgn(m.get()) < 0 ? std::uint64_t{1} << f.sign_bit : 0;
  return sign | std::min(pattern, f.infinity);
}

/// The ends of a ball, exactly.
class Interval {
 public:
  explicit Interval(const Number& x) {
    Integer e;
    arb_get_interval_fmpz_2exp(low_.get(), high_.get(), e.get(), x.get());
    exponent_ = fmpz_get_si(e.get());
  }
  /// Nothing where the ends round to different bits.
  std::optional<std::uint64_t> bits(DType dtype) const {
    const Layout f = layout(dtype);
    const std::uint64_t a = encode(f, low_, exponent_);
    const std::uint64_t b = encode(f, high_, exponent_);
    if (a != b) return std::nullopt;
    return a;
  }

 private:
  Integer low_, high_;
  slong exponent_ = 0;
};

inline double double_of(std::uint64_t bits) {
  return std::bit_cast<double>(bits);
}

/// hi nearest to v; lo nearest to v - hi, or 0 where |v - hi| <= 2^(e - 112) with 2^(e - 1) <= |hi| < 2^e.
struct Pair64 {
  std::uint64_t hi = 0, lo = 0;
};

inline std::optional<Pair64> pair64(const At& at, const Number& v, const Interval& ends) {
  const auto hi = ends.bits(DType::f64);
  if (!hi) return std::nullopt;
  const Number rest = at.sub(v, double_of(*hi));
  int e = 0;
  std::frexp(double_of(*hi), &e);
  Number magnitude;
  arb_abs(magnitude.get(), rest.get());
  const Number limit = std::ldexp(1.0, e - 112);
  if (arb_le(magnitude.get(), limit.get())) return Pair64{*hi, 0};
  if (!arb_gt(magnitude.get(), limit.get())) return std::nullopt;
  const auto lo = Interval(rest).bits(DType::f64);
  if (!lo) return std::nullopt;
  return Pair64{*hi, *lo};
}

}  // namespace rope::oracle
