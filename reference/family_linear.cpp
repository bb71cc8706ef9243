// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "linear": position interpolation. inv_freq_i = theta^(-2i/d) / factor.
//
// Source: Chen et al., "Extending Context Window of Large Language Models via Positional Interpolation" (arXiv
// 2306.15595), section 3.1; Hugging Face transformers, _compute_linear_scaling_rope_parameters.
// Quirk: some kernels divide positions by the factor instead (NVIDIA TransformerEngine). The mathematics is the same,
// the rounding is not: a position that is no multiple of the factor is then rounded (contract pos=f32:div(s)).
#include <fmt/format.h>

#include "reference/families.hpp"

namespace rope {

std::string_view family_name(const LinearFamily&) {
  return "linear";
}

std::optional<std::string> family_problem(const LinearFamily& f, const Spec&) {
  // 1e60, as for llama3: keeps the smallest frequency far above the subnormal numbers (spec.cpp).
  if (!(f.factor >= 1 && f.factor <= 1e60)) {
    return fmt::format("factor is {}; linear takes 1 <= factor <= 1e60", f.factor);
  }
  return std::nullopt;
}

template <class Real>
std::optional<Ball<Real>> family_inv_freq(const LinearFamily& f, const Spec& spec, int pair) {
  const auto plain = family_inv_freq<Real>(DefaultFamily{}, spec, pair);
  if (!plain) return std::nullopt;
  return *plain / exact_ball<Real>(f.factor);
}

template std::optional<Ball<Real191>> family_inv_freq(const LinearFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const LinearFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const LinearFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const LinearFamily&, const Spec&, int);

}  // namespace rope
