// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "yarn": pairs that turn often within the original length are left alone, those that turn seldom are slowed by
// `factor`, and a ramp over the pair's index lies between.
//
//   w = theta^(-2i/d),  dim(r) = d ln(original_max_position / (2 pi r)) / (2 ln theta): the index that turns r times
//   low = dim(beta_fast), high = dim(beta_slow); floor(low) and ceil(high) where truncated;
//   low = max(low, 0), high = min(high, d - 1); high += 0.001 where they are equal
//   t = clamp((i - low) / (high - low), 0, 1),  inv_freq_i = (w / factor) t + w (1 - t)
//
// Source: Peng et al., "YaRN" (arXiv 2309.00071), section 3.2; Hugging Face transformers, _compute_yarn_parameters.
// Quirks: dim counts pairs but is held to d - 1, not d/2 - 1 (transformers; the authors' code likewise). Frameworks
// evaluate dim in binary64 before they truncate it, here its exact value is truncated. gpt-oss does not truncate; ggml
// always does. The attention factor, 0.1 ln(factor) + 1 unless the configuration says another, is no part of the
// family.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "reference/families.hpp"

namespace rope {
namespace {

/// dim(r) in binary64.
double dimension(double rotations, const YarnFamily& f, const Spec& spec) {
  const double turns = static_cast<double>(f.original_max_position) / (2 * std::numbers::pi * rotations);
  return spec.rotary_dim * std::log(turns) / (2 * std::log(spec.theta));
}

/// dim(r).
template <class Real>
Ball<Real> dimension_ball(double rotations, const YarnFamily& f, const Spec& spec) {
  const Ball<Real> full = scale(pi<Real>(), 1) * exact_ball<Real>(rotations);
  const Ball<Real> turns = exact_ball<Real>(f.original_max_position) / full;
  const Ball<Real> d = exact_ball<Real>(static_cast<std::int64_t>(spec.rotary_dim));
  return d * log(turns) / scale(log(exact_ball<Real>(spec.theta)), 1);
}

template <class Real>
struct Range {
  Ball<Real> low, high;
};

/// Nothing where this precision cannot tell on which side of an integer a dim lies.
template <class Real>
std::optional<Range<Real>> certain_range(const YarnFamily& f, const Spec& spec) {
  Ball<Real> low = dimension_ball<Real>(f.beta_fast, f, spec), high = dimension_ball<Real>(f.beta_slow, f, spec);
  if (f.truncate) {
    const auto below = certain_floor(low), above = certain_floor(-high);
    if (!below || !above) return std::nullopt;
    low = exact_ball<Real>(*below);
    high = exact_ball<Real>(-*above);  // ceil(x) = -floor(-x)
  }
  const Ball<Real> first = exact_ball<Real>(0.0),
                   last = exact_ball<Real>(static_cast<std::int64_t>(spec.rotary_dim) - 1);
  const bool equal = !f.truncate && f.beta_fast == f.beta_slow;  // truncated ones differ: problem(spec) sees to that
  const auto under = certain_order(low, first), over = certain_order(high, last);
  if (!under || !over) return std::nullopt;
  if (*under < 0) low = first;
  if (*over > 0) high = last;
  if (equal) high = high + exact_ball<Real>(0.001);
  return Range<Real>{low, high};
}

}  // namespace

// Three roundings of the number of turns shift its logarithm by 3·2^-53; two logarithms within an ulp, a product and a
// quotient move dim by less than 5·2^-53 of itself.
CorrectionRange correction_range(const YarnFamily& f, const Spec& spec) {
  CorrectionRange range{dimension(f.beta_fast, f, spec), dimension(f.beta_slow, f, spec), 0};
  if (f.truncate) {
    range.low = std::floor(range.low);
    range.high = std::ceil(range.high);
  } else {
    const double step = spec.rotary_dim / (2 * std::log(spec.theta));
    range.error = 0x1p-50 * (std::max(std::fabs(range.low), std::fabs(range.high)) + step);
  }
  range.low = std::max(range.low, 0.0);
  range.high = std::min(range.high, spec.rotary_dim - 1.0);
  if (range.low == range.high) range.high += 0.001;
  return range;
}

double yarn_magnitude(double factor, double mscale) {
  return factor <= 1 ? 1.0 : 0.1 * mscale * std::log(factor) + 1.0;
}

std::string_view family_name(const YarnFamily&) {
  return "yarn";
}

std::optional<std::string> family_problem(const YarnFamily& f, const Spec& spec) {
  // 1e60, as for llama3: keeps the smallest frequency far above the subnormal numbers (spec.cpp).
  if (!(f.factor >= 1 && f.factor <= 1e60)) {
    return fmt::format("factor is {}; yarn takes 1 <= factor <= 1e60", f.factor);
  }
  if (!(f.beta_slow >= 1e-6 && f.beta_slow <= 1e6)) {
    return fmt::format("beta_slow is {}; yarn takes 1e-6 to 1e6", f.beta_slow);
  }
  if (!(f.beta_fast >= f.beta_slow && f.beta_fast <= 1e12)) {
    return fmt::format("beta_fast is {}; yarn takes beta_slow, which is {}, to 1e12", f.beta_fast, f.beta_slow);
  }
  if (!(f.original_max_position > 0 && f.original_max_position <= std::int64_t{1} << 40)) {
    return fmt::format("original_max_position is {}; yarn takes 1 to 2^40", f.original_max_position);
  }
  // Of a base next to 1 the dims are past any integer.
  if (!(std::fabs(dimension(f.beta_fast, f, spec)) < 0x1p40 && std::fabs(dimension(f.beta_slow, f, spec)) < 0x1p40)) {
    return fmt::format("theta is {}; yarn takes one that is farther from 1: its correction dims have no bound there",
                       spec.theta);
  }
  // The ramp must begin before the last index and end behind the first, or it has no meaning (transformers divides by a
  // negative width then). Binary64 is off by far less than the margin.
  constexpr double margin = 1e-9;
  if (!(dimension(f.beta_slow, f, spec) > margin)) {
    return fmt::format(
        "original_max_position is {}; yarn takes more than 2 pi beta_slow = {:.6g}: no pair turns that often "
        "within it",
        f.original_max_position, 2 * std::numbers::pi * f.beta_slow);
  }
  if (!(dimension(f.beta_fast, f, spec) < spec.rotary_dim - 1 - margin)) {
    return fmt::format(
        "original_max_position is {}; with beta_fast {} and theta {} the ramp of yarn would begin past "
        "rotary_dim - 1 = {}",
        f.original_max_position, f.beta_fast, spec.theta, spec.rotary_dim - 1);
  }
  return std::nullopt;
}

// Every operation carries its radius (ball.hpp), so nothing is left to prove here. An index that is neither below nor
// above an untruncated end at some precision is decided at a higher one, for it is never equal to it: dim(r) = i would
// make theta^(2i/d), which is algebraic, equal to L0 / (2 pi r), which is not.
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const YarnFamily& f, const Spec& spec, int pair) {
  const auto plain = family_inv_freq<Real>(DefaultFamily{}, spec, pair);
  const auto range = certain_range<Real>(f, spec);
  if (!plain || !range) return std::nullopt;
  const Ball<Real> index = exact_ball<Real>(static_cast<std::int64_t>(pair));
  const Ball<Real> slow = *plain / exact_ball<Real>(f.factor);
  const auto before = certain_order(index, range->low);
  if (!before) return std::nullopt;
  if (*before <= 0) return plain;
  const auto behind = certain_order(index, range->high);
  if (!behind) return std::nullopt;
  if (*behind >= 0) return slow;
  const Ball<Real> t = (index - range->low) / (range->high - range->low);
  return slow * t + *plain * (exact_ball<Real>(1.0) - t);
}

template std::optional<Ball<Real191>> family_inv_freq(const YarnFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const YarnFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const YarnFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const YarnFamily&, const Spec&, int);

}  // namespace rope
