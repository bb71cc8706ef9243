// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "proportional" (p-RoPE): only the first pairs rotate, and the exponent counts all of them.
//
//   R = floor(proportion · d / 2),  inv_freq_i = theta^(-2i/d) / factor for i < R, and 0 from R on;  d = rotary_dim
//
// Source: Hugging Face transformers, _compute_proportional_rope_parameters (Gemma 4); Barbero et al., "Round and Round
// We Go! What makes Rotary Positional Encodings useful?" (arXiv 2410.06205), section 6.
// Quirk: unlike partial rotary, the denominator of the exponent is the whole head and the pairs are those of the whole
// head, (i, i + d/2) in half-split: pairs that stand still are copied by cos = 1, sin = 0. transformers calls the
// proportion partial_rotary_factor.
#include <fmt/format.h>

#include <cmath>

#include "reference/families.hpp"

namespace rope {

int rotating_pairs(const ProportionalFamily& family, int rotary_dim) {
  // int(proportion * d // 2) of Python: product and halving in binary64, then towards zero.
  return static_cast<int>(std::floor(family.proportion * rotary_dim / 2));
}

std::string_view family_name(const ProportionalFamily&) {
  return "proportional";
}

std::optional<std::string> family_problem(const ProportionalFamily& f, const Spec& spec) {
  if (!(f.proportion > 0 && f.proportion <= 1)) {
    return fmt::format("proportion is {}; proportional takes 0 < proportion <= 1", f.proportion);
  }
  if (!(f.factor >= 1 && f.factor <= 1e60)) {
    return fmt::format("factor is {}; proportional takes 1 <= factor <= 1e60", f.factor);
  }
  if (rotating_pairs(f, spec.rotary_dim) < 1) {
    return fmt::format("proportion is {}; of rotary_dim {} that is no pair: nothing would rotate", f.proportion,
                       spec.rotary_dim);
  }
  return std::nullopt;
}

template <class Real>
std::optional<Ball<Real>> family_inv_freq(const ProportionalFamily& f, const Spec& spec, int pair) {
  if (pair >= rotating_pairs(f, spec.rotary_dim)) return exact_ball<Real>(0.0);
  const auto plain = family_inv_freq<Real>(DefaultFamily{}, spec, pair);
  if (!plain) return std::nullopt;
  return *plain / exact_ball<Real>(f.factor);
}

template std::optional<Ball<Real191>> family_inv_freq(const ProportionalFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const ProportionalFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const ProportionalFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const ProportionalFamily&, const Spec&, int);

}  // namespace rope
