// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "llama3": the frequency scaling of Llama 3.1.
//
//   w = theta^(-2i/rotary_dim),  wavelength = 2 pi / w,  n = original_max_position / wavelength
//   n > high_freq_factor:  w                     short wavelengths are left alone
//   n < low_freq_factor:   w / factor            long ones are stretched
//   else:                  (1 - t) w / factor + t w,   t = (n - low_freq_factor) / (high_freq_factor - low_freq_factor)
//
// Source: Meta, llama-models, apply_scaling in models/llama3; the same in Hugging Face transformers,
// _compute_llama3_parameters.
// Quirks: pi and the smooth band are exact mathematics here; frameworks evaluate both in floating point, and where the
// comparison is that close they may take the other branch, which is harmless because the formula is continuous there;
// not so where both factors are equal (Llama 4 Scout Instruct has 1 and 1): there is no band then, and the formula
// jumps. Meta's own code compares wavelengths with original_max_position / factor: the same comparison, since all are
// positive.
#include <fmt/format.h>

#include <cmath>

#include "reference/families.hpp"

namespace rope {

std::string_view family_name(const Llama3Family&) {
  return "llama3";
}

std::optional<std::string> family_problem(const Llama3Family& f, const Spec&) {
  // 1e60: far past any model; keeps the smallest frequency far above the subnormal numbers (spec.cpp).
  if (!(f.factor >= 1 && f.factor <= 1e60)) {
    return fmt::format("factor is {}; llama3 takes 1 <= factor <= 1e60", f.factor);
  }
  if (!(f.low_freq_factor > 0) || !std::isfinite(f.low_freq_factor)) {
    return fmt::format("low_freq_factor is {}; llama3 takes a finite number > 0", f.low_freq_factor);
  }
  if (!(f.high_freq_factor >= f.low_freq_factor) || !std::isfinite(f.high_freq_factor)) {
    return fmt::format("high_freq_factor is {}; llama3 takes a finite number >= low_freq_factor, which is {}",
                       f.high_freq_factor, f.low_freq_factor);
  }
  if (!(f.original_max_position > 0 && f.original_max_position <= std::int64_t{1} << 40)) {
    return fmt::format("original_max_position is {}; llama3 takes 1 to 2^40", f.original_max_position);
  }
  return std::nullopt;
}

// Every operation carries its radius (ball.hpp), so nothing is left to prove here. At a boundary n is never equal to a
// factor: w is algebraic and not 0, hence w / (2 pi) is transcendental.
template <class Real>
std::optional<Ball<Real>> family_inv_freq(const Llama3Family& f, const Spec& spec, int pair) {
  const auto unscaled = family_inv_freq<Real>(DefaultFamily{}, spec, pair);
  if (!unscaled) return std::nullopt;
  const Ball<Real> w = *unscaled;
  const Ball<Real> low = exact_ball<Real>(f.low_freq_factor);
  const Ball<Real> high = exact_ball<Real>(f.high_freq_factor);
  const Ball<Real> factor = exact_ball<Real>(f.factor);
  const Ball<Real> n = exact_ball<Real>(f.original_max_position) * w / scale(pi<Real>(), 1);

  const auto against_high = certain_order(n, high);
  if (!against_high) return std::nullopt;
  if (*against_high > 0) return w;
  const auto against_low = certain_order(n, low);
  if (!against_low) return std::nullopt;
  if (*against_low < 0) return w / factor;
  const Ball<Real> t = (n - low) / (high - low);
  return (exact_ball<Real>(1.0) - t) * w / factor + t * w;
}

template std::optional<Ball<Real191>> family_inv_freq(const Llama3Family&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const Llama3Family&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const Llama3Family&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const Llama3Family&, const Spec&, int);

}  // namespace rope
