// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "dynamic": the base grows with the sequence (dynamic NTK scaling, as Hugging Face transformers computes it).
//
//   L = max(sequence_length, original_max_position),  g = factor L / original_max_position - (factor - 1)
//   base = theta g^(d / (d - 2)),  inv_freq_i = base^(-2i/d)
//
// Source: Hugging Face transformers, _compute_dynamic_ntk_parameters; the idea is that of Reddit users bloc97 and
// emozilla, 2023, as the comment there says.
// Quirks: one call has one sequence length for all its positions, so the length is part of the spec; transformers keeps
// the longest one seen and starts again once a sequence fits the original length. vLLM's family of that name has a
// constant L = original_max_position · factor.
#include <fmt/format.h>

#include <algorithm>

#include "reference/families.hpp"
#include "reference/grown_base.hpp"

namespace rope {

std::string_view family_name(const DynamicNtkFamily&) {
  return "dynamic";
}

std::optional<std::string> family_problem(const DynamicNtkFamily& f, const Spec& spec) {
  // 2^16: far past any model; g loses as many bits to cancellation as factor has, and fp32 has 24.
  if (!(f.factor >= 1 && f.factor <= 65536)) {
    return fmt::format("factor is {}; dynamic takes 1 <= factor <= 65536", f.factor);
  }
  if (!(f.original_max_position > 0 && f.original_max_position <= std::int64_t{1} << 40)) {
    return fmt::format("original_max_position is {}; dynamic takes 1 to 2^40", f.original_max_position);
  }
  if (!(f.sequence_length > 0 && f.sequence_length <= std::int64_t{1} << 40)) {
    return fmt::format("sequence_length is {}; dynamic takes 1 to 2^40", f.sequence_length);
  }
  if (spec.rotary_dim < 4) {
    return fmt::format("rotary_dim is {}; dynamic takes 4 or more: its exponent d / (d - 2) has no value at 2",
                       spec.rotary_dim);
  }
  return std::nullopt;
}

// inv_freq_i = theta^(-2i/d) g^(-2i/(d-2)), the first factor being the default family's. g = (factor (L - M) + M) / M
// is a sum of positive numbers: nothing cancels, and each operation carries its radius. g < 2^57, and the lowest
// frequency is theta^(-(d-2)/d) / g, above 1e-60 · 2^-56.
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const DynamicNtkFamily& f, const Spec& spec, int pair) {
  const auto plain = family_inv_freq<Real>(DefaultFamily{}, spec, pair);
  const std::int64_t m = f.original_max_position;
  const std::int64_t longer = std::max(f.sequence_length, m) - m;
  if (!plain || pair == 0 || longer == 0) return plain;  // g = 1
  const Ball<Real> original = exact_ball<Real>(m);
  const Ball<Real> g = (exact_ball<Real>(f.factor) * exact_ball<Real>(longer) + original) / original;
  return *plain * growth_of(g, spec, pair);
}

template std::optional<Ball<Real191>> family_inv_freq(const DynamicNtkFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const DynamicNtkFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const DynamicNtkFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const DynamicNtkFamily&, const Spec&, int);

}  // namespace rope
