// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every operation in fp32 or fp64 (a 16-bit inv_freq is one of fp32, stored), in the order in which Hugging Face
// transformers performs them (modeling_rope_utils.py): there numbers of the configuration are Python's, binary64, until
// they meet a tensor, and a number divided by a tensor is the tensor's reciprocal times the number.
#include "reference/pipeline/frequencies.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "reference/contract_stages.hpp"
#include "reference/families.hpp"
#include "reference/pipeline/functions.hpp"
#include "reference/precision.hpp"
#include "reference/rounding.hpp"

namespace rope::pipeline {
namespace {

/// inv_freq of the spec, rounded once.
double correctly_rounded(const Spec& spec, int pair, DType format) {
  const auto attempt = [&]<class Real>() -> std::optional<std::uint64_t> {
    const auto ball = inv_freq_ball<Real>(spec, pair);
    return ball ? Ends(*ball).bits(format) : std::nullopt;
  };
  return to_double(format, resolve(
                               attempt, [] { return std::string("inv_freq"); }, ziv_precision_cap()));
}

/// All in `Real`: float or double.
template <class Real>
class Formula {
 public:
  Formula(const Arithmetic& a, const Spec& spec) : a_(a), spec_(spec), base_(static_cast<Real>(spec.theta)) {
    if (const auto* family = std::get_if<DynamicNtkFamily>(&spec.family)) base_ = grown(*family);
    if (const auto* family = std::get_if<NtkFamily>(&spec.family)) base_ = grown(*family);
    if (const auto* family = std::get_if<NtkFixedFamily>(&spec.family)) {
      base_ = static_cast<Real>(spec.theta * family->factor);
    }
  }

  std::vector<Real> all() const {
    std::vector<Real> out;
    Real iterated = 1;
    for (int pair = 0; pair < spec_.pairs(); ++pair) {
      Real f = iterated;
      if (a_.frequency_formula == FrequencyFormula::iterated) {
        iterated *= step();
      } else {
        f = plain(pair);
      }
      out.push_back(std::visit([&](const auto& family) { return scaled(family, f, pair); }, spec_.family));
    }
    return out;
  }

  /// base^(-2/d)
  Real step() const {
    const auto d = static_cast<Real>(spec_.rotary_dim);
    return a_.frequency_formula == FrequencyFormula::rpow ? Real{1} / power(base_, Real{2} / d)
                                                          : power(base_, Real{-2} / d);
  }

 private:
  static constexpr DType format = sizeof(Real) == sizeof(double) ? DType::f64 : DType::f32;

  Real power(Real x, Real y) const {
    return static_cast<Real>(
        pipeline::power(a_.frequency_library, format, static_cast<double>(x), static_cast<double>(y)));
  }

  Real plain(int pair) const {
    const Library library = a_.frequency_library;
    const Real x = static_cast<Real>(2 * pair) / static_cast<Real>(spec_.rotary_dim);
    switch (a_.frequency_formula) {
      case FrequencyFormula::rpow:
        return Real{1} / power(base_, x);
      case FrequencyFormula::pow:
        return power(base_, -x);
      case FrequencyFormula::exp: {
        const auto log = static_cast<Real>(logarithm(library, format, static_cast<double>(base_)));
        const Real exponent = -(x * log);
        return static_cast<Real>(exponential(library, format, static_cast<double>(exponent)));
      }
      case FrequencyFormula::exp2: {
        const auto log = static_cast<Real>(logarithm2(library, format, static_cast<double>(base_)));
        const Real exponent = -(x * log);
        return static_cast<Real>(exponential2(library, format, static_cast<double>(exponent)));
      }
      default:
        return 0;  // the others are answered elsewhere
    }
  }

  /// f over s, or where the formula has a denominator s as a factor there.
  Real divided(double s, Real f, int pair) const {
    if (a_.frequency_formula != FrequencyFormula::rpow) return f / static_cast<Real>(s);
    const Real x = static_cast<Real>(2 * pair) / static_cast<Real>(spec_.rotary_dim);
    return Real{1} / (static_cast<Real>(s) * power(base_, x));
  }

  template <class Other>
  Real scaled(const Other&, Real f, int) const {
    return f;
  }

  Real scaled(const LinearFamily& family, Real f, int) const { return f / static_cast<Real>(family.factor); }

  /// The divisor is Python's.
  Real scaled(const NtkFixedFamily& family, Real f, int) const {
    return f /
           static_cast<Real>(pipeline::power(a_.frequency_library, DType::f64, family.factor, 2.0 / spec_.rotary_dim));
  }

  Real scaled(const ProportionalFamily& family, Real f, int pair) const {
    return pair < rotating_pairs(family, spec_.rotary_dim) ? f / static_cast<Real>(family.factor) : Real{0};
  }

  Real scaled(const LongRopeFamily& family, Real f, int pair) const {
    return divided(factors_in_force(family)[static_cast<std::size_t>(pair)], f, pair);
  }

  Real scaled(const YarnFamily& family, Real f, int pair) const {
    const CorrectionRange range = correction_range(family, spec_);
    const Real distance = static_cast<Real>(pair) - static_cast<Real>(range.low);
    const Real ramp = std::clamp(distance / static_cast<Real>(range.high - range.low), Real{0}, Real{1});
    const Real kept = Real{1} - ramp;
    const Real slow = divided(family.factor, f, pair) * (Real{1} - kept);
    const Real fast = f * kept;
    return slow + fast;
  }

  Real scaled(const Llama3Family& family, Real f, int) const {
    const auto length = static_cast<double>(family.original_max_position);
    const Real wavelength = (Real{1} / f) * static_cast<Real>(2 * std::numbers::pi);
    if (wavelength > static_cast<Real>(length / family.low_freq_factor)) return f / static_cast<Real>(family.factor);
    if (wavelength < static_cast<Real>(length / family.high_freq_factor)) return f;
    const Real turns = (Real{1} / wavelength) * static_cast<Real>(length);
    const Real smooth = (turns - static_cast<Real>(family.low_freq_factor)) /
                        static_cast<Real>(family.high_freq_factor - family.low_freq_factor);
    const Real low = ((Real{1} - smooth) * f) / static_cast<Real>(family.factor);
    const Real high = smooth * f;
    return low + high;
  }

  /// The length is a tensor there, the exponent and factor - 1 are Python's.
  Real grown(const DynamicNtkFamily& family) const {
    const double d = spec_.rotary_dim;
    const auto length = static_cast<Real>(std::max(family.sequence_length, family.original_max_position));
    const Real ratio = (static_cast<Real>(family.factor) * length) / static_cast<Real>(family.original_max_position);
    const Real growth = power(ratio - static_cast<Real>(family.factor - 1), static_cast<Real>(d / (d - 2)));
    return static_cast<Real>(spec_.theta) * growth;
  }

  /// All of it Python's.
  Real grown(const NtkFamily& family) const {
    const double d = spec_.rotary_dim;
    const double growth = pipeline::power(a_.frequency_library, DType::f64, family.alpha, d / (d - 2));
    return static_cast<Real>(spec_.theta * growth);
  }

  const Arithmetic& a_;
  const Spec& spec_;
  Real base_;
};

template <class Real>
std::vector<double> computed(const Arithmetic& a, const Spec& spec) {
  std::vector<double> out;
  for (const Real f : Formula<Real>(a, spec).all()) out.push_back(round_to(a.frequency_format, static_cast<double>(f)));
  return out;
}

}  // namespace

std::optional<std::string> frequency_not_pinned(const Arithmetic& a, const Spec& spec) {
  const std::string stage = "freq=" + std::string(format_text(a.frequency_format));
  const bool given = std::holds_alternative<GivenFamily>(spec.family);
  if (a.frequency_formula == FrequencyFormula::correctly_rounded || given) return std::nullopt;
  if (a.frequency_formula == FrequencyFormula::given) {
    return stage + ":given: this spec gives parameters, not inv_freq";
  }
  if (std::holds_alternative<LengthScaledFamily>(spec.family)) {
    return stage + " leaves open in which order the family length-scaled is computed: no framework fixes it";
  }
  if (std::holds_alternative<NtkMixedFamily>(spec.family)) {
    return stage + " leaves open which logarithm and exponential the family ntk-mixed is computed with";
  }
  if (a.frequency_library == Library::unsaid) {
    return stage +
           " leaves open which power function or exponential is used; write its library, such as rpow(glibc), with "
           "no " +
           "error term (~…ulp), which leaves it open, too";
  }
  if (a.frequency_library == Library::glibc && !has_glibc()) {
    return stage + " names glibc's functions, and this program runs with another C library";
  }
  return std::nullopt;
}

std::vector<double> frequencies(const Arithmetic& a, const Spec& spec) {
  std::vector<double> out;
  if (const auto* family = std::get_if<GivenFamily>(&spec.family)) {
    const bool at_once = a.frequency_formula == FrequencyFormula::given || a.frequency_format == DType::f64;
    for (const double f : family->inv_freq) {
      out.push_back(round_to(a.frequency_format, at_once ? f : round_to(DType::f32, f)));
    }
    return out;
  }
  if (a.frequency_formula == FrequencyFormula::correctly_rounded) {
    for (int pair = 0; pair < spec.pairs(); ++pair) out.push_back(correctly_rounded(spec, pair, a.frequency_format));
    return out;
  }
  return a.frequency_format == DType::f64 ? computed<double>(a, spec) : computed<float>(a, spec);
}

double iteration_factor(const Arithmetic& a, const Spec& spec) {
  if (spec.pairs() < 2) return 1;  // no second pair
  if (a.frequency_formula == FrequencyFormula::correctly_rounded) return correctly_rounded(spec, 1, a.frequency_format);
  if (a.frequency_format == DType::f64) return Formula<double>(a, spec).step();
  return round_to(a.frequency_format, static_cast<double>(Formula<float>(a, spec).step()));
}

}  // namespace rope::pipeline
