// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "default": inv_freq_i = theta^(-2i/rotary_dim), i = 0 .. rotary_dim/2 - 1.
//
// Source: RoFormer (Su et al., arXiv 2104.09864), section 3.2.2, with i counted from 0 as every implementation does.
// Quirk: with partial rotary the exponent's denominator is rotary_dim, not head_dim.
#include "reference/families.hpp"

namespace rope {

std::string_view family_name(const DefaultFamily&) {
  return "default";
}

std::optional<std::string> family_problem(const DefaultFamily&, const Spec&) {
  return std::nullopt;
}

// Radius. The exponent x = -2i/d, |x| < 1, is rounded once: relative error <= 2^-P, so theta^x moves by a factor
// exp(δ), |δ| <= |x| ln(theta) 2^-P < 139·2^-P, since problem(spec) holds theta to 1e60 (ln 1e60 = 138.2). mpfr_pow
// rounds correctly: another 2^-P relative. Together less than 2^8·2^-P relative to the true value, which is below
// 2^exponent(middle)·(1 + 2^-100); 2^9 covers that.
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const DefaultFamily&, const Spec& spec, int pair) {
  if (pair == 0) return exact_ball<Real>(1.0);
  const Real x = Real(-2L * pair) / Real(static_cast<long>(spec.rotary_dim));
  Ball<Real> result;
  result.middle = pow(Real(spec.theta), x);
  result.radius = exponent(result.middle) + 9 - precision_bits<Real>;
  return result;
}

template std::optional<Ball<Real191>> family_inv_freq(const DefaultFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const DefaultFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const DefaultFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const DefaultFamily&, const Spec&, int);

}  // namespace rope
