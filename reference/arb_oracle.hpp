// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests only: every reference value a second time, by Arb's balls (Johansson 2017, "Arb: efficient
// arbitrary-precision midpoint-radius interval arithmetic"). From reference/ it takes the names of things (Spec, DType)
// and nothing that computes: formulas, formats and rounding are written here again, and differently.
//
// A new family is one overload of `inv_freq` below.
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
#include "reference/spec.hpp"

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

// ---- rounding -------------------------------------------------------------------------------------------------------

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

// ---- the mathematics ------------------------------------------------------------------------------------------------

/// Nothing where this precision cannot tell which branch holds.
inline std::optional<Number> inv_freq(const At& at, const DefaultFamily&, const Spec& spec, int pair) {
  return at.power(spec.theta, -2 * pair, static_cast<ulong>(spec.rotary_dim));
}

// By wavelengths.
inline std::optional<Number> inv_freq(const At& at, const Llama3Family& f, const Spec& spec, int pair) {
  const Number w = *inv_freq(at, DefaultFamily{}, spec, pair);
  const Number wavelength = at.div(at.mul(std::int64_t{2}, at.pi()), w);
  const Number context = f.original_max_position;
  const Number shortest = at.div(context, f.high_freq_factor);
  const Number longest = at.div(context, f.low_freq_factor);
  if (arb_lt(wavelength.get(), shortest.get())) return w;
  if (arb_gt(wavelength.get(), longest.get())) return at.div(w, f.factor);
  if (!arb_ge(wavelength.get(), shortest.get()) || !arb_le(wavelength.get(), longest.get())) return std::nullopt;
  const Number t =
      at.div(at.sub(at.div(context, wavelength), f.low_freq_factor), at.sub(f.high_freq_factor, f.low_freq_factor));
  return at.mul(w, at.add(t, at.div(at.sub(1.0, t), f.factor)));
}

// The base of this length first.
inline std::optional<Number> inv_freq(const At& at, const DynamicNtkFamily& f, const Spec& spec, int pair) {
  const Number stretch = at.div(std::max(f.sequence_length, f.original_max_position), f.original_max_position);
  const Number growth = at.sub(at.mul(f.factor, stretch), at.sub(f.factor, 1.0));
  const auto d = static_cast<ulong>(spec.rotary_dim);
  const Number base = at.mul(spec.theta, at.power(growth, spec.rotary_dim, d - 2));
  return at.power(base, -2 * pair, d);
}

inline std::optional<Number> inv_freq(const At& at, const NtkFamily& f, const Spec& spec, int pair) {
  const auto d = static_cast<ulong>(spec.rotary_dim);
  return at.power(at.mul(spec.theta, at.power(f.alpha, spec.rotary_dim, d - 2)), -2 * pair, d);
}

inline std::optional<Number> inv_freq(const At& at, const LinearFamily& f, const Spec& spec, int pair) {
  return at.div(*inv_freq(at, DefaultFamily{}, spec, pair), f.factor);
}

inline std::optional<Number> inv_freq(const At& at, const LengthScaledFamily& f, const Spec& spec, int pair) {
  const std::int64_t longest = std::max(f.original_max_position, f.sequence_length);
  return at.div(*inv_freq(at, DefaultFamily{}, spec, pair), at.div(longest, f.original_max_position));
}

inline std::optional<Number> inv_freq(const At& at, const LongRopeFamily& f, const Spec& spec, int pair) {
  const auto& factors = f.sequence_length <= f.original_max_position ? f.short_factor : f.long_factor;
  const Number slowed = at.mul(factors.at(static_cast<std::size_t>(pair)),
                               at.power(spec.theta, 2 * pair, static_cast<ulong>(spec.rotary_dim)));
  return at.div(std::int64_t{1}, slowed);
}

inline std::optional<Number> inv_freq(const At& at, const ProportionalFamily& f, const Spec& spec, int pair) {
  if (pair + 1 > static_cast<int>(f.proportion * spec.rotary_dim / 2)) return Number(0.0);
  return at.div(*inv_freq(at, DefaultFamily{}, spec, pair), f.factor);
}

// The ramp by its two ends' distances.
inline std::optional<Number> inv_freq(const At& at, const YarnFamily& f, const Spec& spec, int pair) {
  const Number turn = at.mul(std::int64_t{2}, at.pi()), d = std::int64_t{spec.rotary_dim};
  const auto index = [&](double rotations) {
    const Number wavelength = at.div(f.original_max_position, at.mul(rotations, turn));
    return at.div(at.mul(d, at.log(wavelength)), at.mul(2.0, at.log(spec.theta)));
  };
  Number low = index(f.beta_fast), high = index(f.beta_slow);
  if (f.truncate) {
    arb_floor(low.get(), low.get(), at.bits);
    arb_ceil(high.get(), high.get(), at.bits);
    if (!arb_is_exact(low.get()) || !arb_is_exact(high.get())) return std::nullopt;  // on an integer's both sides
  }
  const Number zero = 0.0, last = std::int64_t{spec.rotary_dim} - 1, i = std::int64_t{pair};
  if (arb_lt(low.get(), zero.get())) low = zero;
  if (arb_gt(high.get(), last.get())) high = last;
  if (f.beta_fast == f.beta_slow && !f.truncate) high = at.add(high, 0.001);
  const Number w = *inv_freq(at, DefaultFamily{}, spec, pair);
  if (arb_le(i.get(), low.get())) return w;
  if (arb_ge(i.get(), high.get())) return at.div(w, f.factor);
  if (!arb_gt(i.get(), low.get()) || !arb_lt(i.get(), high.get())) return std::nullopt;
  const Number width = at.sub(high, low);
  return at.add(at.mul(at.div(at.sub(high, i), width), w), at.mul(at.div(at.sub(i, low), width), at.div(w, f.factor)));
}

inline std::optional<Number> inv_freq(const At&, const GivenFamily& f, const Spec&, int pair) {
  return Number(f.inv_freq[static_cast<std::size_t>(pair)]);
}

struct Trig {
  Pair64 cos, sin;
  std::vector<std::uint64_t> cos_bits, sin_bits;  // by tensor_dtypes
};

struct Output {
  std::uint64_t value = 0, bits = 0;
};

/// The values of one spec. Precision doubles until everything asked for is decided; past `cap` it throws.
class Oracle {
  static constexpr slong first = 192, cap = 8192;

  template <class Attempt>
  auto decide(const Attempt& attempt) {
    for (slong bits = first; bits <= cap; bits *= 2) {
      if (auto result = attempt(At{bits})) return *result;
    }
    throw std::runtime_error("undecided at the oracle's highest precision");
  }

 public:
  explicit Oracle(Spec spec) : spec_(std::move(spec)) {}

  Pair64 inv_freq(int pair) {
    return decide([&](const At& at) -> std::optional<Pair64> {
      const auto w = frequency(at, pair);
      if (!w) return std::nullopt;
      return pair64(at, *w, Interval(*w));
    });
  }

  Trig trig(std::int64_t position, int pair) {
    return decide([&](const At& at) -> std::optional<Trig> {
      const auto cs = cos_sin(at, position, pair);
      if (!cs) return std::nullopt;
      Trig out;
      const bool decided = value(at, cs->first, out.cos, out.cos_bits) && value(at, cs->second, out.sin, out.sin_bits);
      return decided ? std::optional(out) : std::nullopt;
    });
  }

  std::pair<Output, Output> rotate(std::int64_t position, int pair, DType dtype, double x0, double x1, bool backward) {
    return decide([&](const At& at) -> std::optional<std::pair<Output, Output>> {
      const auto y = rotated(at, backward ? -position : position, pair, x0, x1);
      if (!y) return std::nullopt;
      const auto a = output(y->first, dtype);
      const auto b = output(y->second, dtype);
      if (!a || !b) return std::nullopt;
      return std::pair(*a, *b);
    });
  }

  /// Both vectors rotated, then multiplied. At m = n the rotations cancel: there the sum is exact and may be a tie.
  std::uint64_t inner_product(std::int64_t m, std::span<const double> q, std::int64_t n, std::span<const double> k) {
    return decide([&](const At& at) -> std::optional<std::uint64_t> {
      Number sum;
      for (int pair = 0; pair < spec_.pairs(); ++pair) {
        const auto i = 2 * static_cast<std::size_t>(pair);
        const auto a = rotated(at, m == n ? 0 : m, pair, q[i], q[i + 1]);
        const auto b = rotated(at, m == n ? 0 : n, pair, k[i], k[i + 1]);
        if (!a || !b) return std::nullopt;
        sum = at.add(sum, at.add(at.mul(a->first, b->first), at.mul(a->second, b->second)));
      }
      return Interval(sum).bits(DType::f64);
    });
  }

  /// |p| of the best approximations p/k of (pi/2)/inv_freq with p <= largest: there cos or sin is nearest to 0.
  std::vector<std::int64_t> near_quarter_turns(int pair, std::int64_t largest) {
    const At at{512};
    std::vector<std::int64_t> out;
    const auto w = frequency(at, pair);
    if (!w || arb_is_zero(w->get())) return out;
    Number x = at.div(at.pi(), at.mul(2.0, *w));
    std::int64_t before = 0, now = 1;  // numerators of the continued fraction
    Integer term;
    for (;;) {
      Number floor;
      arb_floor(floor.get(), x.get(), at.bits);
      const std::int64_t most = largest / std::max<std::int64_t>(now, 1);
      if (!arb_get_unique_fmpz(term.get(), floor.get()) || fmpz_cmp_si(term.get(), most) > 0) return out;
      const std::int64_t next = fmpz_get_si(term.get()) * now + before;
      before = std::exchange(now, next);
      if (now > largest) return out;
      if (now > 0) out.push_back(now);
      x = at.div(1.0, at.sub(x, floor));
    }
  }

 private:
  const std::optional<Number>& frequency(const At& at, int pair) {
    const auto [entry, is_new] = frequencies_.try_emplace({at.bits, pair});
    if (is_new) {
      entry->second =
          std::visit([&](const auto& family) { return oracle::inv_freq(at, family, spec_, pair); }, spec_.family);
    }
    return entry->second;
  }

  std::optional<std::pair<Number, Number>> cos_sin(const At& at, std::int64_t position, int pair) {
    const auto& w = frequency(at, pair);
    if (!w) return std::nullopt;
    std::pair<Number, Number> cs;
    arb_sin_cos(cs.second.get(), cs.first.get(), at.mul(position, *w).get(), at.bits);
    return std::pair(at.mul(spec_.attention_factor, cs.first), at.mul(spec_.attention_factor, cs.second));
  }

  std::optional<std::pair<Number, Number>> rotated(const At& at, std::int64_t position, int pair, double x0,
                                                   double x1) {
    const auto cs = cos_sin(at, position, pair);
    if (!cs) return std::nullopt;
    return std::pair(at.sub(at.mul(x0, cs->first), at.mul(x1, cs->second)),
                     at.add(at.mul(x0, cs->second), at.mul(x1, cs->first)));
  }

  static bool value(const At& at, const Number& v, Pair64& pair, std::vector<std::uint64_t>& bits) {
    const Interval ends(v);
    const auto hi_lo = pair64(at, v, ends);
    if (!hi_lo) return false;
    pair = *hi_lo;
    for (const DType dtype : tensor_dtypes) {
      const auto b = ends.bits(dtype);
      if (!b) return false;
      bits.push_back(*b);
    }
    return true;
  }

  static std::optional<Output> output(const Number& v, DType dtype) {
    const Interval ends(v);
    const auto value = ends.bits(DType::f64);
    const auto bits = ends.bits(dtype);
    if (!value || !bits) return std::nullopt;
    return Output{*value, *bits};
  }

  Spec spec_;
  std::map<std::pair<slong, int>, std::optional<Number>> frequencies_;
};

}  // namespace rope::oracle
