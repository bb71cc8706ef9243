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

bool power_of_two(double v) {
  return v > 0 && std::exp2(std::round(std::log2(v))) == v;
}

/// Of the function that the formula ends with. 1 u of a value is less than its ulp.
double formula_ulp(const Contract& contract) {
  return contract.frequency_ulp + contract.frequency_u;
}

/// Of a power, whatever the formula.
double power_ulp(const Contract& contract, DType wide) {
  const bool said = contract.frequency_library == Library::unsaid;
  return said ? formula_ulp(contract) : library_ulp(contract.frequency_library, Function::pow, wide);
}

bool by_logarithm(const Contract& contract) {
  return contract.frequency_formula == FrequencyFormula::exp || contract.frequency_formula == FrequencyFormula::exp2;
}

/// k ulp of such a formula are all that the contract says, the base's rounding with them.
bool error_of_the_whole_is_said(const Contract& contract) {
  return by_logarithm(contract) && contract.frequency_library == Library::unsaid;
}

/// What the quotient of two integers loses, exactly: the remainder is a number of binary64.
double quotient_error(DType format, double dividend, double divisor) {
  return std::fabs(std::fma(round_to(format, dividend / divisor), divisor, -dividend)) / divisor;
}

/// x = 2i/d, exact where d is a power of two, and how far the computed one may be off.
struct Exponent {
  double value, error;
};

Exponent divided(int d, int pair, DType wide) {
  const double x = 2.0 * pair / d;
  return {x, power_of_two(d) ? 0 : 0.5 * ulp(wide, x)};
}

/// As a product with 1/d, or divided. Where the pair is a power of two both are one number: doubling rounds nothing.
Exponent by_reciprocal(int d, int pair, DType wide) {
  const Exponent x = divided(d, pair, wide);
  return {x.value, x.error + (power_of_two(pair) ? 0 : 2.0 * pair * quotient_error(wide, 1, d))};
}

/// A formula with a library is pinned, and divides (reference/pipeline/frequencies.cpp); otherwise both are allowed.
Exponent exponent_of(const Spec& spec, int pair, const Contract& contract, DType wide) {
  const bool pinned = contract.frequency_library != Library::unsaid;
  return pinned ? divided(spec.rotary_dim, pair, wide) : by_reciprocal(spec.rotary_dim, pair, wide);
}

/// What the logarithm, its product with x and their way through the exponential lose of omega, the exponential's own
/// error apart: exp(-RN(x·log theta)), or the same to the base 2.
double logarithm_formula(double theta, double x, const Contract& contract, DType wide, double omega) {
  const bool natural = contract.frequency_formula == FrequencyFormula::exp;
  const double logarithm = std::fabs(natural ? std::log(theta) : std::log2(theta));
  const double k = library_ulp(contract.frequency_library, natural ? Function::log : Function::log2, wide);
  const double lost = x * k * ulp(wide, logarithm * second_order) + 0.5 * ulp(wide, x * logarithm * second_order);
  return omega * (natural ? 1 : std::numbers::ln2) * lost;
}

/// theta^-x, each step in `wide`: truth.md's S1 without the term of the base, which the families know; its error has
/// moved the result by `moved`, relative, before. theta^0 = 1 exactly in every pow, exp and division.
Term power(double theta, Exponent x, const Contract& contract, DType wide, double moved = 0) {
  if (x.value == 0) return {1, 0};
  const double omega = std::pow(theta, -x.value);
  const double largest = omega * (1 + moved);
  const double just_above = largest * second_order;  // "ulp at the larger of computed and exact"
  if (error_of_the_whole_is_said(contract)) return {omega, formula_ulp(contract) * ulp(wide, just_above)};
  const double exponent = largest * std::fabs(std::log(theta)) * x.error;
  double formula = 0;
  if (by_logarithm(contract)) {
    formula =
        logarithm_formula(theta, x.value, contract, wide, largest) + formula_ulp(contract) * ulp(wide, just_above);
  } else if (contract.frequency_formula == FrequencyFormula::rpow) {
    // q = theta^x with k ulp(q), then 1/q: the derivative is omega^2.
    const double q = (1 + moved) * second_order / omega;
    formula = formula_ulp(contract) * largest * largest * ulp(wide, q) + 0.5 * ulp(wide, just_above);
  } else {
    formula = formula_ulp(contract) * ulp(wide, just_above);
  }
  return {omega, formula + exponent};
}

Term unscaled(const Spec& spec, int pair, const Contract& contract, DType wide) {
  const Exponent x = exponent_of(spec, pair, contract, wide);
  Term term = power(spec.theta, x, contract, wide);
  if (!error_of_the_whole_is_said(contract))
    term.error += term.value * x.value * relative_conversion_error(wide, spec.theta);
  return term;
}

/// 1/base^x where the base is theta·g^(d/(d-2)), g computed with this relative error; derivation in docs/numerics.md,
/// "S1 for dynamic NTK".
Term grown_base(double g, double g_relative, const Spec& spec, int pair, const Contract& contract, DType wide) {
  const double u = unit_roundoff(wide);
  const double d = spec.rotary_dim;
  const double e = d / (d - 2);
  const double rest = std::log(g) * quotient_error(wide, d, d - 2) + 2 * power_ulp(contract, wide) * u +
                      relative_conversion_error(wide, spec.theta) + u;
  const Exponent x = exponent_of(spec, pair, contract, wide);
  // No first-order sum here: the difference cancels, and its relative error may be large.
  const double moved = std::expm1(-x.value * (e * std::log1p(-g_relative) + std::log1p(-rest)));
  Term term = power(spec.theta * std::pow(g, e), x, contract, wide, moved);
  term.error += term.value * moved;
  return term;
}

/// Dynamic NTK scaling in the order of operations that transformers uses (_compute_dynamic_ntk_parameters), each in
/// `wide`.
Term dynamic_ntk(const DynamicNtkFamily& family, const Spec& spec, int pair, const Contract& contract, DType wide) {
  if (pair == 0) return {1, 0};
  const double u = unit_roundoff(wide);
  const double s = family.factor;
  const auto m = static_cast<double>(family.original_max_position);
  const double length = std::max(static_cast<double>(family.sequence_length), m);
  const double t = s * length / m;
  const double g = (s * (length - m) + m) / m;
  const double product = power_of_two(s) ? 0 : u;
  const double quotient = power_of_two(m) ? 0 : 2 * u;
  const double t_relative = relative_conversion_error(wide, s) + relative_conversion_error(wide, length) +
                            relative_conversion_error(wide, m) + product + quotient;
  const double g_relative = (t * t_relative + conversion_error(wide, s - 1)) / g + u;
  return grown_base(g, g_relative, spec, pair, contract, wide);
}

/// What a quotient by `s` loses, relative, before its last rounding: s itself is rounded, and it may be a product with
/// the reciprocal. Nothing where s is a power of two.
double quotient_by(double s, DType wide) {
  return power_of_two(s) ? 0 : relative_conversion_error(wide, s) + unit_roundoff(wide);
}

/// A term over s, or 1/(s·theta^x), which rounds the product instead; derivation in docs/numerics.md, "S1 for a
/// quotient".
Term divided(Term plain, double s, DType wide) {
  const double scaled = plain.value / s;
  const double quotient = power_of_two(s) ? 0 : 0.5 * ulp(wide, scaled * second_order);
  return {scaled, plain.error / s + quotient_by(s, wide) * scaled + quotient};
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
  const bool exact_quotient = power_of_two(s);
  const double factor_error = quotient_by(s, wide);

  if (turns > hf + turns_error * second_order) return plain;
  if (turns < lf - turns_error * second_order) return divided(plain, s, wide);
  // The band and its edges, where the implementation may take the neighbouring branch: the function is continuous, so
  // that costs no more than the error of `smooth` itself.
  if (lf == hf) {  // no band: the other branch is as near, and all of the jump away
    const Term other = divided(plain, s, wide);
    return {plain.value, plain.value - other.value + plain.error + other.error};
  }
  const double smooth = std::clamp((turns - lf) / (hf - lf), 0.0, 1.0);
  const double limits_error = conversion_error(wide, lf) + smooth * conversion_error(wide, hf);
  const double smooth_error = (turns_error + limits_error) / (hf - lf) + 3 * u * smooth;
  const double low = (1 - smooth) * plain.value / s;
  const double high = smooth * plain.value;
  const double value = low + high;
  return {value, plain.value * (1 - 1 / s) * smooth_error +
                     low * (relative + 2 * u + factor_error + (exact_quotient ? 0 : u)) + high * (relative + u) +
                     u * value};
}

/// YaRN's ramp between a term and its quotient, in the order of operations that transformers uses
/// (_compute_yarn_parameters): correction dims in binary64, the rest in `wide`; derivation in docs/numerics.md, "S1 for
/// YaRN".
Term yarn(const YarnFamily& family, const Spec& spec, int pair, Term plain, DType wide) {
  const double u = unit_roundoff(wide);
  const Term slow = divided(plain, family.factor, wide);
  const CorrectionRange range = correction_range(family, spec);
  const double width = range.high - range.low;
  const double low_error = conversion_error(wide, range.low) + range.error;
  const double width_error = conversion_error(wide, width) + 2 * range.error;
  const double ramp = (pair - range.low) / width;
  const double roundings = (family.truncate ? 0 : u) + (power_of_two(width) ? 0 : 2 * u);
  const double ramp_error = (low_error + std::fabs(ramp) * width_error) / width + roundings * std::fabs(ramp);
  // Clamped numbers are 0 and 1, and so is what is taken from 1: nothing is rounded. Between integers 0 is exact; 1 is
  // so unless it comes from a product with a reciprocal, which may be a unit below.
  if (ramp <= (family.truncate ? 0 : -ramp_error * second_order)) return plain;
  if (ramp >= 1 + ramp_error * second_order) return slow;
  const double t = std::clamp(ramp, 0.0, 1.0);
  const double relative = plain.error / plain.value, slow_relative = slow.error / slow.value;
  const double value = slow.value * t + plain.value * (1 - t);
  return {value, plain.value * (1 - 1 / family.factor) * (ramp_error + 0.5 * u) +
                     slow.value * t * (slow_relative + 2 * u) + plain.value * (1 - t) * (relative + u) + u * value};
}

/// ntk-fixed in vLLM's order of operations: base and factor^(2/d) are Python's, in binary64; the power and the quotient
/// in `wide`; derivation in docs/numerics.md, "S1 for ntk-fixed and ntk-mixed".
Term ntk_fixed(const NtkFixedFamily& family, const Spec& spec, int pair, const Contract& contract, DType wide) {
  Spec grown = spec;
  grown.theta = spec.theta * family.factor;
  Term term = unscaled(grown, pair, contract, wide);
  term.error += term.value * (2.0 * pair / spec.rotary_dim) * unit_roundoff(DType::f64);
  return term;
}

Term divided_by_fixed(const NtkFixedFamily& family, const Spec& spec, Term plain, DType wide) {
  const double share = 2.0 / spec.rotary_dim;
  Term term = divided(plain, std::pow(family.factor, share), wide);
  // The exponent's rounding, and the power's, of 1 ulp.
  term.error += term.value * (share * std::log(family.factor) + 3) * unit_roundoff(DType::f64);
  return term;
}

/// ntk-mixed in vLLM's order of operations: logarithm, power, exponential and quotients in `wide`, (d/2)^b Python's. A
/// quotient may be a product with the reciprocal.
Term mixed(const NtkMixedFamily& family, const Spec& spec, int pair, const Contract& contract, Term plain, DType wide) {
  if (family.factor == 1) return plain;
  const double u = unit_roundoff(wide);
  const double function = 2 * power_ulp(contract, wide) * u;  // k ulp, relative
  const double half = spec.pairs(), m = pair + 1;
  const double x = std::log(family.factor) * std::pow(m / half, family.b);
  const double logarithm =
      relative_conversion_error(wide, family.factor) / std::log(family.factor) * second_order + function;
  const double quotient =
      relative_conversion_error(wide, std::pow(half, family.b)) + 4 * unit_roundoff(DType::f64) + 2 * u;
  const double power = function + std::log(m) * family.b * relative_conversion_error(wide, family.b);
  const double relative = (logarithm + quotient + power + u) * second_order;
  const double divisor = (std::expm1(x * relative) + function + u) * second_order;
  const double value = plain.value * std::exp(-x);
  return {value, (plain.error * std::exp(-x) + value * divisor) * second_order + 0.5 * ulp(wide, value * second_order)};
}

/// The power that the family begins with.
struct BaseTerm {
  const Spec& spec;
  int pair;
  const Contract& contract;
  DType wide;
  Term operator()(const DynamicNtkFamily& family) const { return dynamic_ntk(family, spec, pair, contract, wide); }
  Term operator()(const NtkFamily& family) const {
    if (pair == 0) return {1, 0};
    return grown_base(family.alpha, relative_conversion_error(wide, family.alpha), spec, pair, contract, wide);
  }
  Term operator()(const NtkFixedFamily& family) const { return ntk_fixed(family, spec, pair, contract, wide); }
  Term operator()(const GivenFamily& family) const {
    return {family.inv_freq[static_cast<std::size_t>(pair)], 0};  // replaced by its rounding below
  }
  template <class Other>
  Term operator()(const Other&) const {
    return unscaled(spec, pair, contract, wide);
  }
};

/// What it makes of that power.
struct ScaledTerm {
  const Spec& spec;
  int pair;
  Term plain;
  const Contract& contract;
  DType wide;
  Term operator()(const NtkFixedFamily& family) const { return divided_by_fixed(family, spec, plain, wide); }
  Term operator()(const NtkMixedFamily& family) const { return mixed(family, spec, pair, contract, plain, wide); }
  Term operator()(const Llama3Family& family) const { return llama3(family, plain, wide); }
  Term operator()(const LinearFamily& family) const { return divided(plain, family.factor, wide); }
  Term operator()(const LengthScaledFamily& family) const {
    const auto original = static_cast<double>(family.original_max_position);
    const auto length = static_cast<double>(family.sequence_length);
    if (length <= original) return plain;
    // The ratio is rounded once, or its reciprocal is.
    Term term = divided(plain, length / original, wide);
    term.error += term.value * (unit_roundoff(wide) + relative_conversion_error(wide, original) +
                                relative_conversion_error(wide, length));
    return term;
  }
  Term operator()(const YarnFamily& family) const { return yarn(family, spec, pair, plain, wide); }
  Term operator()(const LongRopeFamily& family) const {
    return divided(plain, factors_in_force(family)[static_cast<std::size_t>(pair)], wide);
  }
  Term operator()(const ProportionalFamily& family) const {
    return pair < rotating_pairs(family, spec.rotary_dim) ? divided(plain, family.factor, wide) : Term{};
  }
  template <class Other>
  Term operator()(const Other&) const {
    return plain;
  }
};

Term term_of(const Spec& spec, int pair, const Contract& contract, DType wide) {
  const Term plain = std::visit(BaseTerm{spec, pair, contract, wide}, spec.family);
  return std::visit(ScaledTerm{spec, pair, plain, contract, wide}, spec.family);
}

bool iterated(const Contract& contract) {
  return contract.frequency_formula == FrequencyFormula::iterated ||
         contract.angle_operation == AngleOperation::iterated;
}

/// One factor, theta^(-2/d), multiplied again and again: its relative error grows with the pair, and each product that
/// is a frequency (those of an angle belong to S2) adds its rounding.
Term repeated(const Spec& spec, int pair, const Contract& contract, DType wide) {
  const auto scaled = [&](Term plain) {
    return std::visit(ScaledTerm{spec, pair, plain, contract, wide}, spec.family);
  };
  if (pair == 0) return scaled({1, 0});
  Contract factor = contract;
  if (contract.frequency_formula == FrequencyFormula::iterated) factor.frequency_formula = FrequencyFormula::pow;
  Term first = std::visit(BaseTerm{spec, 1, factor, wide}, spec.family);
  const Term plain = std::visit(BaseTerm{spec, pair, factor, wide}, spec.family);
  double rounding = 0;
  if (contract.frequency_formula == FrequencyFormula::iterated) {
    rounding = unit_roundoff(wide);
  } else {
    if (contract.frequency_formula == FrequencyFormula::correctly_rounded) first.error = 0;
    const bool stored =
        contract.frequency_format != wide || contract.frequency_formula == FrequencyFormula::correctly_rounded;
    if (stored) first.error += 0.5 * ulp(contract.frequency_format, (first.value + first.error) * second_order);
  }
  const double factor_relative = first.error / first.value * second_order;
  return scaled({plain.value, plain.value * std::expm1(pair * (std::log1p(factor_relative) + std::log1p(rounding)))});
}

}  // namespace

std::vector<double> frequency_error(const Spec& spec, const Contract& contract) {
  // A 16-bit inv_freq is one that was computed in fp32 and then stored.
  const bool stored_low = format(contract.frequency_format).precision < format(DType::f32).precision;
  const DType wide = stored_low ? DType::f32 : contract.frequency_format;
  std::vector<double> error;
  for (int pair = 0; pair < spec.pairs(); ++pair) {
    Term term = term_of(spec, pair, contract, wide);
    if (iterated(contract) && !std::holds_alternative<GivenFamily>(spec.family)) {
      term = repeated(spec, pair, contract, wide);
      if (contract.angle_operation == AngleOperation::iterated) {  // nothing is stored but the factor
        error.push_back(term.error * second_order);
        continue;
      }
    }
    if (std::holds_alternative<GivenFamily>(spec.family)) {
      // Nothing is computed: what is given is stored in the contract's format, at once or from fp32.
      const double by_fp32 = round_to(contract.frequency_format, round_to(wide, term.value));
      error.push_back(
          std::max(conversion_error(contract.frequency_format, term.value), std::fabs(by_fp32 - term.value)));
      continue;
    }
    const bool one = term.error == 0 && (pair == 0 || term.value == 0);        // or 0, or a quotient of 1 that is exact
    const bool given = contract.frequency_formula == FrequencyFormula::given;  // as if by who gave it: rounded once,
    if (given || contract.frequency_formula == FrequencyFormula::correctly_rounded) {
      term.error = one ? 0 : 0.5 * ulp(contract.frequency_format, term.value * second_order);
      if (given && stored_low && !one) term.error += 0.5 * ulp(wide, term.value * second_order);  // or twice
    } else if (stored_low && !one) {
      term.error += 0.5 * ulp(contract.frequency_format, term.value * second_order);
    }
    error.push_back(term.error * second_order);
  }
  return error;
}

}  // namespace rope
