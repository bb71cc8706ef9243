// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Names of the pairings, and the one place that says which specs are usable.
#include "reference/spec.hpp"

#include <fmt/format.h>

#include "reference/families.hpp"

namespace rope {

std::string_view name(Pairing pairing) {
  return pairing == Pairing::half_split ? "half-split" : "interleaved";
}

std::optional<Pairing> pairing_from_name(std::string_view text) {
  for (const Pairing pairing : {Pairing::half_split, Pairing::interleaved}) {
    if (name(pairing) == text) return pairing;
  }
  return std::nullopt;
}

// The wide limits on head_dim, theta and attention_factor are far past any model. They keep sizes sane, and inv_freq,
// cos and sin above 2^-960, where the low word of a double-double is a normal number with all its bits: 1e-60 (theta) ·
// 1e-60 (Llama 3's factor, which no other family exceeds) · 1e-30 (attention factor) is 2^-499. Nearer to a zero of cos
// or sin than the 461 bits that leaves, exact.cpp answers Unresolved.
std::optional<std::string> problem(const Spec& spec) {
  if (spec.head_dim <= 0 || spec.head_dim % 2 != 0 || spec.head_dim > largest_head_dim) {
    return fmt::format("head_dim is {}; expected an even number from 2 to {}", spec.head_dim, largest_head_dim);
  }
  if (spec.dim_offset < 0 || spec.dim_offset >= spec.head_dim) {
    return fmt::format("dim_offset is {}; expected 0 to head_dim - 1 = {}", spec.dim_offset, spec.head_dim - 1);
  }
  if (spec.rotary_dim <= 0 || spec.rotary_dim % 2 != 0 || spec.rotary_dim > spec.head_dim - spec.dim_offset) {
    return fmt::format("rotary_dim is {}; expected an even number from 2 to head_dim - dim_offset = {}",
                       spec.rotary_dim, spec.head_dim - spec.dim_offset);
  }
  // A base of at most 1 makes frequencies that do not fall from pair to pair: no model has one, and 0 or 1 is what a
  // missing value looks like. (1 would also divide by ln theta = 0 in YaRN.)
  const bool has_base = !std::holds_alternative<GivenFamily>(spec.family);
  if (!has_base && spec.theta != 0) {
    return fmt::format("theta is {}; expected 0: given inv_freq have no base", spec.theta);
  }
  if (has_base && !(spec.theta > 1 && spec.theta <= 1e60)) {
    return fmt::format("theta is {}; expected 1 < theta <= 1e60", spec.theta);
  }
  if (!(spec.attention_factor >= 1e-30 && spec.attention_factor <= 1e30)) {
    return fmt::format("attention_factor is {}; expected 1e-30 to 1e30 (1 where the model has none)",
                       spec.attention_factor);
  }
  if (spec.max_position <= 0 || spec.max_position > std::int64_t{1} << 40) {
    return fmt::format("max_position is {}; expected 1 to 2^40", spec.max_position);
  }
  if (auto trouble = std::visit([&](const auto& f) { return family_problem(f, spec); }, spec.family)) return trouble;
  return spec.axes ? axes_problem(*spec.axes, spec.pairs()) : std::nullopt;
}

}  // namespace rope
