// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "ntk-fixed": a larger base, and every frequency a little slower, so that the lowest is divided by the factor.
//
//   inv_freq_i = (theta · factor)^(-2i/d) / factor^(2/d) = theta^(-2i/d) · factor^(-2(i + 1)/d)
//
// Source: vLLM, model_executor/layers/rotary_embedding/ntk_scaling_rope.py, where mixed_b is not given; it cites
// kexue.fm/archives/9706.
// Quirk: the highest frequency is divided, too, by factor^(2/d), which "ntk" leaves alone.
#include <fmt/format.h>

#include "reference/families.hpp"

namespace rope {

std::string_view family_name(const NtkFixedFamily&) {
  return "ntk-fixed";
}

std::optional<std::string> family_problem(const NtkFixedFamily& f, const Spec& spec) {
  if (!(f.factor >= 1 && f.factor <= 0x1p56)) {
    return fmt::format("factor is {}; ntk-fixed takes 1 <= factor <= 2^56", f.factor);
  }
  // The limit of a base (spec.cpp), which the product is.
  if (!(spec.theta * f.factor <= 1e60)) {
    return fmt::format("theta {} times factor {} is {}; ntk-fixed takes up to 1e60", spec.theta, f.factor,
                       spec.theta * f.factor);
  }
  return std::nullopt;
}

template <class Real>
std::optional<Ball<Real>> family_inv_freq(const NtkFixedFamily& f, const Spec& spec, int pair) {
  const auto plain = family_inv_freq<Real>(DefaultFamily{}, spec, pair);
  if (!plain || f.factor == 1) return plain;
  const Ball<Real> factor = exact_ball<Real>(f.factor);
  if (pair + 1 == spec.pairs()) return *plain / factor;
  const Ball<Real> share =
      exact_ball<Real>(std::int64_t{2} * (pair + 1)) / exact_ball<Real>(std::int64_t{spec.rotary_dim});
  return *plain / exp(share * log(factor));
}

template std::optional<Ball<Real191>> family_inv_freq(const NtkFixedFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const NtkFixedFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const NtkFixedFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const NtkFixedFamily&, const Spec&, int);

}  // namespace rope
