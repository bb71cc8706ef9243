// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "longrope": each pair is slowed by a number of its own, found by search; long sequences have other numbers.
//
//   inv_freq_i = theta^(-2i/d) / e_i,  e = long_factor where sequence_length > original_max_position, else short_factor
//
// Source: Ding et al., "LongRoPE" (arXiv 2402.13753), equation 3; Hugging Face transformers,
// _compute_longrope_parameters (Phi-3, Phi-4).
// Quirks: one call has one sequence length, so the length is part of the spec; transformers changes all positions'
// frequencies once the largest position reaches the original length, keys in a cache included. The attention factor,
// sqrt(1 + ln s / ln original_max_position), holds for both lists.
#include <fmt/format.h>

#include "reference/families.hpp"

namespace rope {
namespace {

std::optional<std::string> problem_of(const char* name, const std::vector<double>& factors, const Spec& spec) {
  if (factors.size() != static_cast<std::size_t>(spec.pairs())) {
    return fmt::format("{} has {} numbers; longrope takes rotary_dim / 2 = {}", name, factors.size(), spec.pairs());
  }
  for (std::size_t i = 0; i < factors.size(); ++i) {
    // Below 1 pairs turn faster, as some published ones do; 1e30: far past any model, and as in spec.cpp.
    if (!(factors[i] >= 1e-3 && factors[i] <= 1e30)) {
      return fmt::format("{}[{}] is {}; longrope takes 0.001 to 1e30", name, i, factors[i]);
    }
  }
  return std::nullopt;
}

}  // namespace

const std::vector<double>& factors_in_force(const LongRopeFamily& family) {
  return family.sequence_length > family.original_max_position ? family.long_factor : family.short_factor;
}

std::string_view family_name(const LongRopeFamily&) {
  return "longrope";
}

std::optional<std::string> family_problem(const LongRopeFamily& f, const Spec& spec) {
  if (auto trouble = problem_of("short_factor", f.short_factor, spec)) return trouble;
  if (auto trouble = problem_of("long_factor", f.long_factor, spec)) return trouble;
  if (!(f.original_max_position > 0 && f.original_max_position <= std::int64_t{1} << 40)) {
    return fmt::format("original_max_position is {}; longrope takes 1 to 2^40", f.original_max_position);
  }
  if (!(f.sequence_length > 0 && f.sequence_length <= std::int64_t{1} << 40)) {
    return fmt::format("sequence_length is {}; longrope takes 1 to 2^40", f.sequence_length);
  }
  return std::nullopt;
}

template <class Real>
std::optional<Ball<Real>> family_inv_freq(const LongRopeFamily& f, const Spec& spec, int pair) {
  const auto plain = family_inv_freq<Real>(DefaultFamily{}, spec, pair);
  if (!plain) return std::nullopt;
  return *plain / exact_ball<Real>(factors_in_force(f)[static_cast<std::size_t>(pair)]);
}

template std::optional<Ball<Real191>> family_inv_freq(const LongRopeFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const LongRopeFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const LongRopeFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const LongRopeFamily&, const Spec&, int);

}  // namespace rope
