// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "ntk": a base that is larger from the start (static NTK-aware scaling).
//
//   base = theta · alpha^(d / (d - 2)),  inv_freq_i = base^(-2i/d)
//
// Source: Reddit user bloc97, 2023, "NTK-Aware Scaled RoPE"; the form with alpha in InternLM, Hunyuan and Qwen (where
// ntk_alpha depends on the length).
// Quirk: "ntk" in configurations means this or something else from one framework to the next; Hugging Face has no such
// rope_type. The lowest frequency is divided by alpha exactly, the highest stays.
#include <fmt/format.h>

#include "reference/families.hpp"
#include "reference/grown_base.hpp"

namespace rope {

std::string_view family_name(const NtkFamily&) {
  return "ntk";
}

std::optional<std::string> family_problem(const NtkFamily& f, const Spec& spec) {
  if (!(f.alpha >= 1 && f.alpha <= 0x1p56)) {
    return fmt::format("alpha is {}; ntk takes 1 <= alpha <= 2^56", f.alpha);
  }
  if (spec.rotary_dim < 4) {
    return fmt::format("rotary_dim is {}; ntk takes 4 or more: its exponent d / (d - 2) has no value at 2",
                       spec.rotary_dim);
  }
  return std::nullopt;
}

template <class Real>
std::optional<Ball<Real>> family_inv_freq(const NtkFamily& f, const Spec& spec, int pair) {
  const auto plain = family_inv_freq<Real>(DefaultFamily{}, spec, pair);
  if (!plain || pair == 0 || f.alpha == 1) return plain;
  return *plain * growth_of(exact_ball<Real>(f.alpha), spec, pair);
}

template std::optional<Ball<Real191>> family_inv_freq(const NtkFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const NtkFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const NtkFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const NtkFamily&, const Spec&, int);

}  // namespace rope
