// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The checks there are: id, rule number, level and words of each. Numbers and derivations in docs/conformance.md.
#pragma once

#include <array>
#include <string_view>

namespace rope::conformance {

/// The version of the rules below; a released version never changes.
inline constexpr std::string_view rules_version = "2026.1";

struct CheckInfo {
  std::string_view id;
  std::string_view rule;
  std::string_view level;
  std::string_view sentence;
  std::string_view bound;
};

inline constexpr std::array<CheckInfo, 5> all_checks{{
    {"pairing-equivalence", "R1", "MUST", "interleaved and half-split pairing give the same rotation, permuted",
     "bitwise where repro=bits is declared, else twice the rotation's own rounding"},
    {"relative-position", "R2", "MUST", "the inner product of rotated q and k depends on their distance only",
     "angle product and rounding terms of four rotations; frequency error cancels"},
    {"long-context", "R3", "MUST",
     "the error stays inside its bound at every sampled position, to the limit and past it",
     "E(16, 2) of the usual pipeline, per position and pair"},
    {"golden-table", "R4", "MUST", "unit vectors give the golden cosines and sines",
     "E(16, 2) of the usual pipeline, and the declared contract's own bound"},
    {"golden-rotation", "R5", "MUST", "random q and k give the golden rotations",
     "E(16, 2) of the usual pipeline, and the declared contract's own bound"},
}};

/// nullptr where there is no such check.
constexpr const CheckInfo* find_check(std::string_view id) {
  for (const CheckInfo& check : all_checks) {
    if (check.id == id) return &check;
  }
  return nullptr;
}

}  // namespace rope::conformance
