// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests only: dynamic NTK's S1 of docs/numerics.md written a second time, so that any one term can be left out, and
// the arithmetic that it bounds, step by step.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "reference/contract.hpp"
#include "reference/dtype.hpp"
#include "reference/spec.hpp"

namespace rope::dynamic_ntk {

/// What the sum can do without.
enum class Term {
  none,
  factor,           // c(s) in t
  length,           // c(L)
  original,         // c(M)
  product,          // s·L
  quotient,         // by M
  reciprocal,       // of its two roundings the one that only a product with 1/M has
  less_one,         // c(s - 1)
  difference,       // of t and s - 1
  not_first_order,  // (1 - δg)^-ex beyond its first order
  growth_exponent,  // c(e)
  growth_power,     // 2ku of g^e
  base,             // c(θ)
  base_product,     // θ·g^e
  // S1 of 1/θ'^x
  power,
  division,
  whole_formula,  // k ulp of pow
  exponent,       // ½ulp(x)
  exponent_reciprocal,
  stored,
  moved,  // ulps where the error of the base has moved the frequency to
};

/// x of the contract's formula for `pair`, and everything before it, as real numbers.
struct Exactly {
  Exactly(const Spec& spec, int pair) {
    const auto& family = std::get<DynamicNtkFamily>(spec.family);
    const double d = spec.rotary_dim;
    s = family.factor;
    m = static_cast<double>(family.original_max_position);
    length = std::max(static_cast<double>(family.sequence_length), m);
    t = s * length / m;
    g = 1 + s * (length - m) / m;
    e = d / (d - 2);
    base = spec.theta * std::pow(g, e);
    x = 2.0 * pair / d;
    frequency = std::pow(base, -x);
  }
  double s, m, length, t, g, e, base, x, frequency;
};

class Formula {
 public:
  Formula(const Spec& spec, const Contract& contract, Term without = Term::none)
      : spec_(spec), c_(contract), without_(without) {}

  double error(int pair) const {
    if (pair == 0) return 0;
    const bool low = format(c_.frequency_format).precision < 24;
    const DType wide = low ? DType::f32 : c_.frequency_format;
    const Exactly v(spec_, pair);
    const double moved = base_part(v, wide);
    double sum = v.frequency * moved + power_part(v, wide, on(Term::moved) * moved);
    if (low) sum += on(Term::stored) * 0.5 * ulp(c_.frequency_format, v.frequency * first_order);
    return sum * first_order;
  }

 private:
  static constexpr double first_order = 1 + 0x1p-16;  // covers second-order terms

  double on(Term term) const { return term == without_ ? 0 : 1; }
  static double lost(DType f, double v) { return std::fabs(round_to(f, v) - v); }
  static double unless_power_of_two(double v) {
    int exponent = 0;
    return std::frexp(v, &exponent) == 0.5 ? 0 : 1;
  }

  /// (1 - δg)^-ex (1 - δr)^-x - 1
  double base_part(const Exactly& v, DType wide) const {
    const double u = unit_roundoff(wide);
    const double in_t = on(Term::factor) * lost(wide, v.s) / v.s + on(Term::length) * lost(wide, v.length) / v.length +
                        on(Term::original) * lost(wide, v.m) / v.m + on(Term::product) * unless_power_of_two(v.s) * u +
                        on(Term::quotient) * (1 + on(Term::reciprocal)) * unless_power_of_two(v.m) * u;
    const double in_g = (v.t * in_t + on(Term::less_one) * lost(wide, v.s - 1)) / v.g + on(Term::difference) * u;
    const double d = spec_.rotary_dim;
    const double in_e = std::fabs(std::fma(round_to(wide, v.e), d - 2, -d)) / (d - 2);
    const double rest = on(Term::growth_exponent) * std::log(v.g) * in_e +
                        on(Term::growth_power) * 2 * c_.frequency_ulp * u +
                        on(Term::base) * lost(wide, spec_.theta) / spec_.theta + on(Term::base_product) * u;
    if (without_ == Term::not_first_order) return v.x * (v.e * in_g + rest);
    return std::expm1(-v.x * (v.e * std::log1p(-in_g) + std::log1p(-rest)));
  }

  double power_part(const Exactly& v, DType wide, double moved) const {
    const double k = c_.frequency_ulp;
    const double largest = v.frequency * (1 + moved);
    const double d = spec_.rotary_dim;
    double sum = 0;
    if (c_.frequency_formula == FrequencyFormula::rpow) {
      sum += on(Term::power) * k * largest * largest * ulp(wide, first_order * (1 + moved) / v.frequency);
      sum += on(Term::division) * 0.5 * ulp(wide, largest * first_order);
    } else {
      sum += on(Term::whole_formula) * k * ulp(wide, largest * first_order);
      if (c_.frequency_formula != FrequencyFormula::pow) return sum;
    }
    const double inverse = std::fabs(std::fma(round_to(wide, 1 / d), d, -1));
    const bool either = c_.frequency_library == Library::unsaid;
    const double in_x = unless_power_of_two(d) * on(Term::exponent) * 0.5 * ulp(wide, v.x) +
                        (either ? unless_power_of_two(v.x * d) * on(Term::exponent_reciprocal) * v.x * inverse : 0);
    return sum + largest * std::log(v.base) * in_x;
  }

  const Spec& spec_;
  const Contract& c_;
  Term without_;
};

/// The freedom that the contract leaves.
struct Choices {
  bool reciprocals = false;  ///< a quotient by a number is a product with its reciprocal, as PyTorch has it on a GPU
  bool ratio_first = false;  ///< s·(L/M) instead of (s·L)/M
  bool less_one_of_rounded = false;  ///< fl(fl(s) - 1) instead of fl(s - 1)
  double growth_ulp = 0;             ///< error that the power adds to the correctly rounded g^e, whole ulp
  double power_ulp = 0;              ///< the same of the last power
};

/// inv_freq as the contract and transformers' order of operations have it; contracts rpow and pow.
inline double inv_freq(const Spec& spec, const Contract& contract, const Choices& choices, int pair) {
  const bool low = format(contract.frequency_format).precision < 24;
  const DType wide = low ? DType::f32 : contract.frequency_format;
  const auto round = [wide](double v) { return round_to(wide, v); };
  const auto over = [&](double a, double b) { return choices.reciprocals ? round(a * round(1 / b)) : round(a / b); };
  const auto off = [wide](double v, double ulps) { return v + ulps * ulp(wide, v); };
  const auto& family = std::get<DynamicNtkFamily>(spec.family);
  const double d = spec.rotary_dim;
  const double s = round(family.factor);
  const double m = round(static_cast<double>(family.original_max_position));
  const double length = round(static_cast<double>(std::max(family.sequence_length, family.original_max_position)));
  const double t = choices.ratio_first ? round(s * over(length, m)) : over(round(s * length), m);
  const double g = round(t - (choices.less_one_of_rounded ? round(s - 1) : round(family.factor - 1)));
  const double base = round(round(spec.theta) * off(round(std::pow(g, round(d / (d - 2)))), choices.growth_ulp));
  const double x = over(2.0 * pair, d);
  const double f = contract.frequency_formula == FrequencyFormula::pow
                       ? off(round(std::pow(base, -x)), choices.power_ulp)
                       : round(1 / off(round(std::pow(base, x)), choices.power_ulp));
  return low ? round_to(contract.frequency_format, f) : f;
}

}  // namespace rope::dynamic_ntk
