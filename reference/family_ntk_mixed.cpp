// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "ntk-mixed": every frequency is divided by a power of the factor that grows from pair to pair.
//
//   inv_freq_i = theta^(-2i/d) / exp(a (i + 1)^b),  a = ln(factor) / (d/2)^b
//              = theta^(-2i/d) · factor^(-t^b),     t = (i + 1)/(d/2)
//
// Source: vLLM, model_executor/layers/rotary_embedding/ntk_scaling_rope.py, with mixed_b; it cites
// kexue.fm/archives/9706.
// Quirk: b = 1 is ntk-fixed.
#include <fmt/format.h>

#include "reference/families.hpp"

namespace rope {

std::string_view family_name(const NtkMixedFamily&) {
  return "ntk-mixed";
}

std::optional<std::string> family_problem(const NtkMixedFamily& f, const Spec&) {
  if (!(f.factor >= 1 && f.factor <= 0x1p56)) {
    return fmt::format("factor is {}; ntk-mixed takes 1 <= factor <= 2^56", f.factor);
  }
  if (!(f.b > 0 && f.b <= 8)) {
    return fmt::format("b is {}; ntk-mixed takes 0 < b <= 8", f.b);
  }
  return std::nullopt;
}

template <class Real>
std::optional<Ball<Real>> family_inv_freq(const NtkMixedFamily& f, const Spec& spec, int pair) {
  const auto plain = family_inv_freq<Real>(DefaultFamily{}, spec, pair);
  if (!plain || f.factor == 1) return plain;
  const Ball<Real> factor = exact_ball<Real>(f.factor);
  if (pair + 1 == spec.pairs()) return *plain / factor;
  const Ball<Real> t = exact_ball<Real>(std::int64_t{pair} + 1) / exact_ball<Real>(std::int64_t{spec.pairs()});
  const Ball<Real> share = exp(exact_ball<Real>(f.b) * log(t));
  return *plain / exp(share * log(factor));
}

template std::optional<Ball<Real191>> family_inv_freq(const NtkMixedFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const NtkMixedFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const NtkMixedFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const NtkMixedFamily&, const Spec&, int);

}  // namespace rope
