// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// First-order error sums of the usual ways to compute inv_freq, family by family. Names follow docs/numerics.md, "S1".
#include "reference/frequency_error.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace rope {
namespace {

// Covers the second-order terms that the sums below leave out. The largest relative error summed in fp32 is below
// 2^-18 (40 ulp), so products of two are below 2^-18 of the sum itself; 2^-16 leaves a factor of four.
constexpr double second_order = 1 + 0x1p-16;

struct Term {
  double value = 0;  // exact, to binary64 accuracy
  double error = 0;
};

/// How much of v is lost when a format takes it.
double conversion_error(DType format, double v) {
  return std::fabs(round_to(format, v) - v);
}

double relative_conversion_error(DType format, double v) {
  return v == 0 ? 0 : conversion_error(format, v) / std::fabs(v);
}

/// theta^-x, x = 2i/d, each step in `wide`: truth.md's S1 without the term of the base, which the families know.
/// theta^0 = 1 exactly in every pow, exp and division.
Term power(double theta, int d, int pair, const Contract& contract, DType wide) {
  if (pair == 0) return {1, 0};
  const double x = 2.0 * pair / d;
  const double omega = std::pow(theta, -x);
  const double just_above = omega * second_order;  // "ulp at the larger of computed and exact"
  if (contract.frequency_formula == FrequencyFormula::exp || contract.frequency_formula == FrequencyFormula::exp2) {
    return {omega, contract.frequency_ulp * ulp(wide, just_above)};
  }
  // 2i is exact; the quotient is exact where d is a power of two.
  const bool exact_exponent = (d & (d - 1)) == 0;
  const double exponent = exact_exponent ? 0 : omega * std::log(theta) * 0.5 * ulp(wide, x);
  double formula = 0;
  if (contract.frequency_formula == FrequencyFormula::rpow) {
    // q = theta^x with k ulp(q), then 1/q: the derivative is omega^2.
    formula = contract.frequency_ulp * omega * omega * ulp(wide, second_order / omega) + 0.5 * ulp(wide, just_above);
  } else {
    formula = contract.frequency_ulp * ulp(wide, just_above);
  }
  return {omega, formula + std::fabs(exponent)};
}

bool by_logarithm(const Contract& contract) {
  return contract.frequency_formula == FrequencyFormula::exp || contract.frequency_formula == FrequencyFormula::exp2;
}

Term unscaled(const Spec& spec, int pair, const Contract& contract, DType wide) {
  Term term = power(spec.theta, spec.rotary_dim, pair, contract, wide);
  // k ulp of an exp or exp2 formula are all that such a contract says, the base's rounding with them.
  const double x = 2.0 * pair / spec.rotary_dim;
  if (!by_logarithm(contract)) term.error += term.value * x * relative_conversion_error(wide, spec.theta);
  return term;
}

/// Dynamic NTK scaling in the order of operations that transformers uses (_compute_dynamic_ntk_parameters), each in
/// `wide`; derivation in docs/numerics.md, "S1 for dynamic NTK".
Term dynamic_ntk(const DynamicNtkFamily& family, const Spec& spec, int pair, const Contract& contract, DType wide) {
  if (pair == 0) return {1, 0};
  const double u = unit_roundoff(wide);
  const double s = family.factor;
  const auto m = static_cast<double>(family.original_max_position);
  const double length = std::max(static_cast<double>(family.sequence_length), m);
  const double d = spec.rotary_dim;
  const double e = d / (d - 2);
  const double t = s * length / m;
  const double g = (s * (length - m) + m) / m;
  const double t_relative = relative_conversion_error(wide, s) + relative_conversion_error(wide, length) +
                            relative_conversion_error(wide, m) + 3 * u;
  const double g_relative = (t * t_relative + (s - 1) * u) / g + u;
  // No first-order sum here: the difference cancels, and its relative error may be large.
  const double growth = std::expm1(-e * std::log1p(-g_relative));
  const double base_relative =
      growth + std::log(g) * e * u + 2 * contract.frequency_ulp * u + relative_conversion_error(wide, spec.theta) + u;
  Term term = power(spec.theta * std::pow(g, e), spec.rotary_dim, pair, contract, wide);
  term.error += term.value * std::expm1(-2.0 * pair / d * std::log1p(-base_relative));
  return term;
}

/// Llama 3's scaling of a term, in the order of operations that transformers uses (modeling_rope_utils.py,
/// _compute_llama3_parameters), each in `wide`; derivation in docs/numerics.md, "S1 for Llama 3".
Term llama3(const Llama3Family& family, Term plain, DType wide) {
  const double u = unit_roundoff(wide);
  const double s = family.factor;
  const double lf = family.low_freq_factor;
  const double hf = family.high_freq_factor;
  const auto length = static_cast<double>(family.original_max_position);
  const double turns = length * plain.value / (2 * std::numbers::pi);  // L0/lambda
  const double relative = plain.error / plain.value;
  const double turns_error = turns * (relative + 5 * u + conversion_error(wide, length) / length);
  const bool power_of_two = std::exp2(std::round(std::log2(s))) == s;
  const double factor_error = power_of_two ? 0 : conversion_error(wide, s) / s + u;

  if (turns > hf + turns_error * second_order) return plain;
  if (turns < lf - turns_error * second_order) {
    const double scaled = plain.value / s;
    const double quotient = power_of_two ? 0 : 0.5 * ulp(wide, scaled * second_order);
    return {scaled, plain.error / s + factor_error * scaled + quotient};
  }
  // The band and its edges, where the implementation may take the neighbouring branch: the function is continuous, so
  // that costs no more than the error of `smooth` itself.
  const double smooth = std::clamp((turns - lf) / (hf - lf), 0.0, 1.0);
  const double limits_error = conversion_error(wide, lf) + smooth * conversion_error(wide, hf);
  const double smooth_error = (turns_error + limits_error) / (hf - lf) + 3 * u * smooth;
  const double low = (1 - smooth) * plain.value / s;
  const double high = smooth * plain.value;
  const double value = low + high;
  return {value, plain.value * (1 - 1 / s) * smooth_error +
                     low * (relative + 2 * u + factor_error + (power_of_two ? 0 : u)) + high * (relative + u) +
                     u * value};
}

struct TermOf {
  const Spec& spec;
  int pair;
  const Contract& contract;
  DType wide;
  Term operator()(const DefaultFamily&) const { return unscaled(spec, pair, contract, wide); }
  Term operator()(const Llama3Family& family) const {
    return llama3(family, unscaled(spec, pair, contract, wide), wide);
  }
  Term operator()(const DynamicNtkFamily& family) const { return dynamic_ntk(family, spec, pair, contract, wide); }
  Term operator()(const GivenFamily& family) const {
    return {family.inv_freq[static_cast<std::size_t>(pair)], 0};  // replaced by its rounding below
  }
};

}  // namespace

std::vector<double> frequency_error(const Spec& spec, const Contract& contract) {
  // A 16-bit inv_freq is one that was computed in fp32 and then stored.
  const bool stored_low = format(contract.frequency_format).precision < format(DType::f32).precision;
  const DType wide = stored_low ? DType::f32 : contract.frequency_format;
  std::vector<double> error;
  for (int pair = 0; pair < spec.pairs(); ++pair) {
    Term term = std::visit(TermOf{spec, pair, contract, wide}, spec.family);
    if (std::holds_alternative<GivenFamily>(spec.family)) {
      // Nothing is computed: what is given is stored in the contract's format, at once or from fp32.
      const double by_fp32 = round_to(contract.frequency_format, round_to(wide, term.value));
      error.push_back(
          std::max(conversion_error(contract.frequency_format, term.value), std::fabs(by_fp32 - term.value)));
      continue;
    }
    const bool one = pair == 0 && term.error == 0;
    if (contract.frequency_formula == FrequencyFormula::correctly_rounded) {
      term.error = one ? 0 : 0.5 * ulp(contract.frequency_format, term.value * second_order);
    } else if (stored_low && !one) {
      term.error += 0.5 * ulp(contract.frequency_format, term.value * second_order);
    }
    error.push_back(term.error * second_order);
  }
  return error;
}

}  // namespace rope
