// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests only: the sums of docs/numerics.md written a second time, so that any one term can be left out.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

#include "reference/contract.hpp"
#include "reference/dtype.hpp"
#include "reference/spec.hpp"

namespace rope::formulas {

/// What a sum can do without.
enum class Term {
  none,
  // S1
  power,
  division,
  exponent,
  exponent_reciprocal,
  base,
  whole_formula,  // k ulp of pow, exp and exp2
  stored,         // half an ulp of a 16-bit inv_freq
  correctly_rounded,
  // S1, Llama 3
  scaled_inherited,
  scaled_factor,
  scaled_quotient,
  turns_inherited,
  turns_roundings,
  turns_length,
  limits,  // c(lf), c(hf)
  smooth_roundings,
  low_branch,
  high_branch,
  last_sum,
  // the angle
  frequency,  // |p| S1
  position,
  product,  // S2
  turned,   // A·D0
  // after it
  trigonometry,  // S3
  factor_rounded,
  factor_product,
  table,            // S4
  table_truncates,  // its second half
  rotation,         // rho
  output,           // kappa
  output_truncates,
  underflow_arithmetic,
  underflow_output,
};

class Formulas {
 public:
  Formulas(Spec spec, Contract contract, DType dtype, Term without = Term::none)
      : spec_(std::move(spec)), c_(contract), dtype_(dtype), without_(without) {}

  /// S1 and the frequency it belongs to, to binary64 accuracy.
  struct Frequency {
    double value, error;
  };

  Frequency frequency(int pair) const {
    const bool low = format(c_.frequency_format).precision < 24;
    const DType wide = low ? DType::f32 : c_.frequency_format;
    Frequency f = plain(pair, wide);
    if (const auto* llama = std::get_if<Llama3Family>(&spec_.family)) f = scaled(*llama, f, wide);
    if (pair == 0 && f.error == 0) return f;
    if (c_.frequency_formula == FrequencyFormula::correctly_rounded) {
      f.error = on(Term::correctly_rounded) * 0.5 * ulp(c_.frequency_format, f.value * first_order);
    } else if (low) {
      f.error += on(Term::stored) * 0.5 * ulp(c_.frequency_format, f.value * first_order);
    }
    f.error *= first_order;
    return f;
  }

  /// Delta
  double angle(std::int64_t position, int pair) const {
    const Frequency s1 = frequency(pair);
    const double p = std::fabs(static_cast<double>(position));
    const double held = position_held(p);
    const double moved = on(Term::position) * s1.value * first_order * std::fabs(held - p);
    const bool exact = s1.value == 1 && s1.error == 0 && round_to(c_.angle_format, held) == held;
    const double s2 =
        exact || p == 0 ? 0 : on(Term::product) * 0.5 * ulp(c_.angle_format, held * s1.value * first_order);
    return on(Term::frequency) * p * s1.error + moved + s2;
  }

  /// L
  double rounding(double cos, double sin) const {
    const double a = spec_.attention_factor;
    const double d = std::hypot(component(cos), component(sin));
    const double u = unit_roundoff(c_.rotation_format);
    const DType table = c_.table_format.value_or(c_.trig_format);
    double rho = (1 + std::numbers::sqrt2) * u + std::numbers::sqrt2 * u * u;
    if (c_.fma == Contract::Fma::none) rho = std::sqrt(5.0) * u;
    if (c_.fma == Contract::Fma::both) rho = 2 * u;
    if (format(table).precision + format(dtype_).precision <= format(c_.rotation_format).precision) rho = u;
    rho *= on(Term::rotation);
    return d + rho * (a + d) + kappa() * (1 + rho) * (a + d);
  }

  /// E(1, 1)
  double rotation(std::int64_t position, int pair, double cos, double sin) const {
    const double delta = std::min(angle(position, pair), std::numbers::pi);
    return on(Term::turned) * spec_.attention_factor * 2 * std::sin(delta / 2) + rounding(cos, sin);
  }

  double underflow() const {
    double sum = on(Term::underflow_arithmetic) * std::numbers::sqrt2 * ulp(c_.rotation_format, 0) * (1 + kappa());
    if (casts()) {
      sum += on(Term::underflow_output) * std::numbers::sqrt2 * ulp(*c_.output_format, 0) *
             (c_.output_rounding != Rounding::nearest ? 1 : 0.5);
    }
    return sum;
  }

 private:
  // 1 + 2^-16 covers second-order terms, and takes the ulp of the larger of computed and exact value.
  static constexpr double first_order = 1 + 0x1p-16;

  double on(Term term) const { return term == without_ ? 0 : 1; }

  Frequency plain(int pair, DType wide) const {
    if (pair == 0) return {1, 0};
    const double x = 2.0 * pair / spec_.rotary_dim;
    const double w = std::pow(spec_.theta, -x);
    const double k = c_.frequency_ulp;
    if (c_.frequency_formula == FrequencyFormula::exp || c_.frequency_formula == FrequencyFormula::exp2) {
      return {w, on(Term::whole_formula) * k * ulp(wide, w * first_order)};
    }
    double error = 0;
    if (c_.frequency_formula == FrequencyFormula::rpow) {
      error += on(Term::power) * k * w * w * ulp(wide, first_order / w);
      error += on(Term::division) * 0.5 * ulp(wide, w * first_order);
    } else {
      error += on(Term::whole_formula) * k * ulp(wide, w * first_order);
    }
    if (!power_of_two(spec_.rotary_dim)) {
      const double reciprocal = std::fabs(std::fma(round_to(wide, 1.0 / spec_.rotary_dim), spec_.rotary_dim, -1.0));
      const bool either = c_.frequency_library == Library::unsaid && !power_of_two(pair);
      const double exponent =
          on(Term::exponent) * 0.5 * ulp(wide, x) + (either ? on(Term::exponent_reciprocal) * x * reciprocal : 0);
      error += w * std::log(spec_.theta) * exponent;
    }
    return {w, error + on(Term::base) * w * x * lost(wide, spec_.theta) / spec_.theta};
  }

  static bool power_of_two(int n) { return (n & (n - 1)) == 0; }

  static double lost(DType wide, double v) { return std::fabs(round_to(wide, v) - v); }

  Frequency scaled(const Llama3Family& f, Frequency w, DType wide) const {
    const double u = unit_roundoff(wide);
    const auto length = static_cast<double>(f.original_max_position);
    const double s = f.factor, lf = f.low_freq_factor, hf = f.high_freq_factor;
    const double turns = length * w.value / (2 * std::numbers::pi);
    const double epsilon = w.error / w.value;
    const double delta = turns * (on(Term::turns_inherited) * epsilon + on(Term::turns_roundings) * 5 * u +
                                  on(Term::turns_length) * lost(wide, length) / length);
    int exponent = 0;
    const double rounds = std::frexp(s, &exponent) == 0.5 ? 0 : 1;
    const double sigma = lost(wide, s) / s + u;
    if (turns > hf + delta) return w;
    if (turns < lf - delta) {
      const double v = w.value / s;
      return {v, on(Term::scaled_inherited) * w.error / s +
                     rounds * (on(Term::scaled_factor) * sigma * v +
                               on(Term::scaled_quotient) * 0.5 * ulp(wide, v * first_order))};
    }
    const double t = std::clamp((turns - lf) / (hf - lf), 0.0, 1.0);
    const double lost_limits = on(Term::limits) * (lost(wide, lf) + t * lost(wide, hf));
    const double delta_t = (delta + lost_limits) / (hf - lf) + on(Term::smooth_roundings) * 3 * u * t;
    const double low = (1 - t) * w.value / s;
    const double high = t * w.value;
    return {low + high, w.value * (1 - 1 / s) * delta_t +
                            on(Term::low_branch) * low * (epsilon + 2 * u + rounds * (sigma + u)) +
                            on(Term::high_branch) * high * (epsilon + u) + on(Term::last_sum) * u * (low + high)};
  }

  double position_held(double p) const {
    switch (c_.position) {
      case PositionFormat::f32:
        return round_to(DType::f32, p);
      case PositionFormat::f16:
        return round_to(DType::f16, p);
      case PositionFormat::bf16:
        return round_to(DType::bf16, p);
      case PositionFormat::exact:
      case PositionFormat::tf32:  // has no value of its own
        break;
    }
    return p;
  }

  double component(double exact) const {
    const double a = spec_.attention_factor;
    const DType t = c_.trig_format;
    const double k = on(Term::trigonometry) * c_.trig_ulp;
    const double plain = std::fabs(exact) / a;
    // The computed value may lie in the next binade.
    double error = a * k * ulp(t, (plain + k * ulp(t, plain * first_order)) * first_order);
    if (a != 1) {
      error += on(Term::factor_rounded) * 0.5 * ulp(t, a) * (plain + k * ulp(t, plain * first_order));
      error += on(Term::factor_product) * 0.5 * ulp(t, std::fabs(exact) * first_order);
    }
    const DType held = c_.table_format.value_or(c_.rotation_format);
    if (format(held).precision < format(t).precision) {
      const double half = 0.5 * ulp(held, (std::fabs(exact) + error) * first_order);
      error += on(Term::table) * half * (c_.table_truncates ? 1 + on(Term::table_truncates) : 1);
    }
    return error;
  }

  bool casts() const {
    return c_.output_format && format(*c_.output_format).precision < format(c_.rotation_format).precision;
  }

  double kappa() const {
    if (!casts()) return 0;
    const double u = unit_roundoff(*c_.output_format);
    if (c_.output_rounding != Rounding::nearest && without_ != Term::output_truncates) return on(Term::output) * 2 * u;
    return on(Term::output) * u / (1 + u);
  }

  Spec spec_;
  Contract c_;
  DType dtype_;
  Term without_;
};

}  // namespace rope::formulas
