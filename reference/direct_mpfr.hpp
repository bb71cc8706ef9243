// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests only: the same quantities by MPFR's C interface at 640 bits, on another path than the code under test (no
// Boost, no balls, inv_freq by exp and log, cos and sin apart, rounding by MPFR's own subnormal arithmetic).
#pragma once

#include <mpfr.h>

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "reference/double_double.hpp"
#include "reference/dtype.hpp"
#include "reference/spec.hpp"

namespace rope::direct {

class Number {
 public:
  Number() {
    mpfr_init2(x_, 640);
    mpfr_set_zero(x_, +1);
  }
  explicit Number(double x) : Number() { mpfr_set_d(x_, x, MPFR_RNDN); }
  explicit Number(long x) : Number() { mpfr_set_si(x_, x, MPFR_RNDN); }
  Number(const Number& o) : Number() { mpfr_set(x_, o.x_, MPFR_RNDN); }
  Number& operator=(const Number& o) {
    mpfr_set(x_, o.x_, MPFR_RNDN);
    return *this;
  }
  ~Number() { mpfr_clear(x_); }
  mpfr_ptr get() { return x_; }
  mpfr_srcptr get() const { return x_; }

 private:
  mpfr_t x_;
};

inline Number apply(int (*f)(mpfr_t, mpfr_srcptr, mpfr_rnd_t), const Number& a) {
  Number r;
  f(r.get(), a.get(), MPFR_RNDN);
  return r;
}
inline Number apply(int (*f)(mpfr_t, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t), const Number& a, const Number& b) {
  Number r;
  f(r.get(), a.get(), b.get(), MPFR_RNDN);
  return r;
}
inline Number operator+(const Number& a, const Number& b) {
  return apply(mpfr_add, a, b);
}
inline Number operator-(const Number& a, const Number& b) {
  return apply(mpfr_sub, a, b);
}
inline Number operator*(const Number& a, const Number& b) {
  return apply(mpfr_mul, a, b);
}
inline Number operator/(const Number& a, const Number& b) {
  return apply(mpfr_div, a, b);
}
inline bool operator<(const Number& a, const Number& b) {
  return mpfr_less_p(a.get(), b.get()) != 0;
}
inline Number magnitude(const Number& a) {
  return apply(mpfr_abs, a);
}
inline double nearest(const Number& a) {
  return mpfr_get_d(a.get(), MPFR_RNDN);
}
inline Number power_of_two(long k) {
  Number r;
  mpfr_set_ui_2exp(r.get(), 1, k, MPFR_RNDN);
  return r;
}

inline Number inv_freq(const DefaultFamily&, const Spec& spec, int pair) {
  const Number x = Number(-2L * pair) / Number(static_cast<long>(spec.rotary_dim));
  return apply(mpfr_exp, x * apply(mpfr_log, Number(spec.theta)));
}

// By wavelengths, as the source states it; the code under test counts wavelengths in the context.
inline Number inv_freq(const Llama3Family& f, const Spec& spec, int pair) {
  const Number w = inv_freq(DefaultFamily{}, spec, pair);
  const Number turn = Number(8L) * apply(mpfr_atan, Number(1L));  // 2 pi
  const Number wavelength = turn / w;
  const Number context(static_cast<long>(f.original_max_position));
  if (wavelength < context / Number(f.high_freq_factor)) return w;
  if (context / Number(f.low_freq_factor) < wavelength) return w / Number(f.factor);
  const Number smooth =
      (context / wavelength - Number(f.low_freq_factor)) / (Number(f.high_freq_factor) - Number(f.low_freq_factor));
  return (Number(1L) - smooth) * w / Number(f.factor) + smooth * w;
}

// The grown base first, as the source has it; the code under test multiplies two powers.
inline Number inv_freq(const DynamicNtkFamily& f, const Spec& spec, int pair) {
  const long longest = f.sequence_length < f.original_max_position ? f.original_max_position : f.sequence_length;
  const Number s(f.factor);
  const Number g = s * Number(longest) / Number(static_cast<long>(f.original_max_position)) - (s - Number(1L));
  const long d = spec.rotary_dim;
  const Number base = apply(mpfr_log, Number(spec.theta)) + Number(d) / Number(d - 2) * apply(mpfr_log, g);
  return apply(mpfr_exp, Number(-2L * pair) / Number(d) * base);
}

// The base grows before it is taken to a power, as for dynamic.
inline Number inv_freq(const NtkFamily& f, const Spec& spec, int pair) {
  const long d = spec.rotary_dim;
  const Number base =
      apply(mpfr_log, Number(spec.theta)) + Number(d) / Number(d - 2) * apply(mpfr_log, Number(f.alpha));
  return apply(mpfr_exp, Number(-2L * pair) / Number(d) * base);
}

inline Number inv_freq(const NtkFixedFamily& f, const Spec& spec, int pair) {
  const Number d(static_cast<long>(spec.rotary_dim)), factor = apply(mpfr_log, Number(f.factor));
  const Number base = apply(mpfr_log, Number(spec.theta)) + factor;
  return apply(mpfr_exp, Number(-2L * pair) / d * base - Number(2L) / d * factor);
}

inline Number inv_freq(const NtkMixedFamily& f, const Spec& spec, int pair) {
  const Number half(static_cast<long>(spec.rotary_dim / 2));
  const Number a = apply(mpfr_log, Number(f.factor)) / apply(mpfr_pow, half, Number(f.b));
  const Number slowed = apply(mpfr_exp, a * apply(mpfr_pow, Number(pair + 1L), Number(f.b)));
  return inv_freq(DefaultFamily{}, spec, pair) / slowed;
}

// Wavelengths that are stretched; the code under test divides frequencies.
inline Number stretched(const Spec& spec, int pair, const Number& by) {
  return Number(1L) / (by / inv_freq(DefaultFamily{}, spec, pair));
}

inline Number inv_freq(const LinearFamily& f, const Spec& spec, int pair) {
  return stretched(spec, pair, Number(f.factor));
}

inline Number inv_freq(const LengthScaledFamily& f, const Spec& spec, int pair) {
  const Number original(static_cast<long>(f.original_max_position)), length(static_cast<long>(f.sequence_length));
  return stretched(spec, pair, length < original ? Number(1L) : length / original);
}

inline Number inv_freq(const LongRopeFamily& f, const Spec& spec, int pair) {
  const bool is_long = f.sequence_length > f.original_max_position;
  return stretched(spec, pair, Number((is_long ? f.long_factor : f.short_factor).at(static_cast<std::size_t>(pair))));
}

inline Number inv_freq(const ProportionalFamily& f, const Spec& spec, int pair) {
  const double rotating = f.proportion * spec.rotary_dim;
  return 2.0 * (pair + 1) > rotating ? Number(0L) : stretched(spec, pair, Number(f.factor));
}

// By the wavelength that turns r times in the original length: its index is where theta^(2x/d) 2 pi = length / r.
inline Number inv_freq(const YarnFamily& f, const Spec& spec, int pair) {
  const Number turn = Number(8L) * apply(mpfr_atan, Number(1L));  // 2 pi
  const auto index = [&](double rotations) {
    const Number wavelength = Number(static_cast<long>(f.original_max_position)) / Number(rotations);
    return Number(static_cast<long>(spec.rotary_dim)) * (apply(mpfr_log2, wavelength) - apply(mpfr_log2, turn)) /
           (Number(2L) * apply(mpfr_log2, Number(spec.theta)));
  };
  Number low = index(f.beta_fast), high = index(f.beta_slow);
  if (f.truncate) {
    mpfr_floor(low.get(), low.get());
    mpfr_ceil(high.get(), high.get());
  }
  const Number zero(0L), last(spec.rotary_dim - 1L);
  if (low < zero) low = zero;
  if (last < high) high = last;
  if (!(low < high)) high = high + Number(0.001);
  const Number i(static_cast<long>(pair)), w = inv_freq(DefaultFamily{}, spec, pair);
  if (!(low < i)) return w;
  if (!(i < high)) return w / Number(f.factor);
  // The share that is left alone first.
  const Number kept = (high - i) / (high - low);
  return w * (kept + (Number(1L) - kept) / Number(f.factor));
}

inline Number inv_freq(const GivenFamily& f, const Spec&, int pair) {
  return Number(f.inv_freq[static_cast<std::size_t>(pair)]);
}

inline Number inv_freq(const Spec& spec, int pair) {
  return std::visit([&](const auto& f) { return inv_freq(f, spec, pair); }, spec.family);
}

struct CosSin {
  Number cos, sin;
};
inline CosSin cos_sin(const Spec& spec, std::int64_t position, int pair) {
  const Number angle = Number(static_cast<long>(position)) * inv_freq(spec, pair);
  const Number factor(spec.attention_factor);
  return {factor * apply(mpfr_cos, angle), factor * apply(mpfr_sin, angle)};
}

/// The correctly rounded value, by MPFR's emulation of a format's exponent range.
inline double round_to(DType dtype, const Number& a) {
  const Format f = format(dtype);
  const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
  mpfr_t r;
  mpfr_init2(r, f.precision);
  mpfr_set_emin(f.min_exponent - f.precision + 2);
  mpfr_set_emax(f.max_exponent + 1);
  int ternary = mpfr_set(r, a.get(), MPFR_RNDN);
  ternary = mpfr_check_range(r, ternary, MPFR_RNDN);
  mpfr_subnormalize(r, ternary, MPFR_RNDN);
  const double result = mpfr_get_d(r, MPFR_RNDN);
  mpfr_clear(r);
  mpfr_set_emin(emin);
  mpfr_set_emax(emax);
  return result;
}

/// log2 |hi + lo - v| / |v|; -infinity where they are equal.
inline double log2_relative_error(DoubleDouble x, const Number& v) {
  const Number e = magnitude(Number(x.hi) + Number(x.lo) - v);
  return mpfr_zero_p(e.get()) != 0 ? -HUGE_VAL : nearest(apply(mpfr_log2, e / magnitude(v)));
}

}  // namespace rope::direct
