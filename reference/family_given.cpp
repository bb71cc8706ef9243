// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "given": inv_freq is a list of binary64 numbers, whatever made them, and they are exact.
//
// Source: none; what a model file or a framework holds. An entry may be 0: its pair does not rotate (proportional RoPE
// has such pairs), cos is the attention factor and sin is +0.
#include <fmt/format.h>

#include <cstddef>

#include "reference/families.hpp"

namespace rope {

std::string_view family_name(const GivenFamily&) {
  return "given";
}

std::optional<std::string> family_problem(const GivenFamily& f, const Spec& spec) {
  if (f.inv_freq.size() != static_cast<std::size_t>(spec.pairs())) {
    return fmt::format("inv_freq has {} numbers; expected rotary_dim / 2 = {}", f.inv_freq.size(), spec.pairs());
  }
  // Far past any model, and as in spec.cpp: with the smallest attention factor cos and sin stay above 2^-500. A
  // negative frequency would be the other direction, which has a name of its own.
  for (std::size_t i = 0; i < f.inv_freq.size(); ++i) {
    const double w = f.inv_freq[i];
    if (!(w == 0 || (w >= 1e-120 && w <= 1e30))) {
      return fmt::format("inv_freq[{}] is {}; expected 0, or 1e-120 to 1e30", i, w);
    }
  }
  return std::nullopt;
}

template <class Real>
std::optional<Ball<Real>> family_inv_freq(const GivenFamily& f, const Spec&, int pair) {
  return exact_ball<Real>(f.inv_freq[static_cast<std::size_t>(pair)] + 0.0);  // + 0.0: a negative zero becomes +0
}

template std::optional<Ball<Real191>> family_inv_freq(const GivenFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const GivenFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const GivenFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const GivenFamily&, const Spec&, int);

}  // namespace rope
