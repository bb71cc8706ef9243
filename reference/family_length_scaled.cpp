// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Family "length-scaled": every frequency is divided by how many times longer than the original the sequence is.
//
//   inv_freq_i = theta^(-2i/d) · s(L),  s(L) = 1 for L <= original_max_position, else original_max_position / L
//
// Source: the dynamic frequency factor that descriptions of Qwen3's RoPE give ("dynamic RoPE"); published Qwen3 models
// have the families default and yarn. It is position interpolation with a factor that depends on the sequence.
// Quirk: one call has one sequence length for all its positions, so the length is part of the spec.
#include <fmt/format.h>

#include "reference/families.hpp"

namespace rope {

std::string_view family_name(const LengthScaledFamily&) {
  return "length-scaled";
}

std::optional<std::string> family_problem(const LengthScaledFamily& f, const Spec&) {
  if (!(f.original_max_position > 0 && f.original_max_position <= std::int64_t{1} << 40)) {
    return fmt::format("original_max_position is {}; length-scaled takes 1 to 2^40", f.original_max_position);
  }
  if (!(f.sequence_length > 0 && f.sequence_length <= std::int64_t{1} << 40)) {
    return fmt::format("sequence_length is {}; length-scaled takes 1 to 2^40", f.sequence_length);
  }
  return std::nullopt;
}

template <class Real>
std::optional<Ball<Real>> family_inv_freq(const LengthScaledFamily& f, const Spec& spec, int pair) {
  const auto plain = family_inv_freq<Real>(DefaultFamily{}, spec, pair);
  if (!plain || f.sequence_length <= f.original_max_position) return plain;
  return *plain * exact_ball<Real>(f.original_max_position) / exact_ball<Real>(f.sequence_length);
}

template std::optional<Ball<Real191>> family_inv_freq(const LengthScaledFamily&, const Spec&, int);
template std::optional<Ball<Real254>> family_inv_freq(const LengthScaledFamily&, const Spec&, int);
template std::optional<Ball<Real510>> family_inv_freq(const LengthScaledFamily&, const Spec&, int);
template std::optional<Ball<Real1021>> family_inv_freq(const LengthScaledFamily&, const Spec&, int);

}  // namespace rope
