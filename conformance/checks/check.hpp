// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The checks there are: id, rule number, level, rule set and words of each. Numbers and derivations in
// docs/conformance.md and docs/numerics.md.
#pragma once

#include <array>
#include <string_view>

namespace rope::conformance {

/// Rule sets, oldest first. A released one never changes: a check belongs to the set that introduced it and all later
/// ones.
inline constexpr std::array<std::string_view, 3> rule_sets{"2026.1", "2026.2", "2026.3"};
inline constexpr std::string_view latest_rules = rule_sets.back();

struct CheckInfo {
  std::string_view id;
  std::string_view rule;
  std::string_view level;
  std::string_view since;  ///< the rule set that introduced it
  std::string_view sentence;
  std::string_view bound;
  std::string_view how;      ///< what is driven and compared, for people
  std::string_view catches;  ///< faults of impls/faulty that must make it fail
  bool when_asked = false;   ///< run only where an option asks for it (--match)
};

inline constexpr std::array<CheckInfo, 16> all_checks{{
    {"pairing-equivalence", "R1", "MUST", "2026.1",
     "interleaved and half-split pairing give the same rotation, permuted",
     "bitwise where repro=bits is declared, else r*2[rho + kappa(1 + rho)](A + D'), declared or usual",
     "Both pairings rotate the same pairs at every sampled position, unit vectors and random rows, and the outputs are "
     "compared pair by pair. An implementation with one pairing is held against the golden rotation through the "
     "suite's "
     "own permutation.",
     "pair-swapped"},
    {"relative-position", "R2", "MUST", "2026.1", "the inner product of rotated q and k depends on their distance only",
     "angle product and rounding terms of four rotations; the frequency error cancels",
     "The same q and k rows are rotated at (m, n) and (m + s, n + s), shifts up to the model's limit; inner products "
     "are "
     "compared for each pair and summed over the head.",
     "pair-swapped, pos-bf16"},
    {"long-context", "R3", "MUST", "2026.1",
     "the error stays inside its bound at every sampled position, to the limit and past it",
     "E(16, 2) of the usual pipeline, per position and pair",
     "Unit vectors and random rows at all sampled positions against the golden fixture; with --profile exhaustive also "
     "every position to the model's limit or --extent, against the certified table. Failing at or before the model's "
     "limit is a failure, past it a warning; the horizon is the last position before the first failing one.",
     "pair-swapped, sign-flip, pos-off-by-one, pos-bf16, freq-bf16, scale-ignored"},
    {"golden-table", "R4", "MUST", "2026.1", "unit vectors give the golden cosines and sines",
     "E(16, 2) of the usual pipeline, and the declared contract's own bound",
     "Every pair is (1, 0) in one head and (0, 1) in another, so the outputs are the cosines and sines that the "
     "rotation "
     "uses. They are held against the fixture up to the model's limit.",
     "pair-swapped, sign-flip, pos-off-by-one, pos-bf16, freq-bf16, scale-ignored"},
    {"golden-rotation", "R5", "MUST", "2026.1", "random q and k give the golden rotations",
     "E(16, 2) of the usual pipeline, and the declared contract's own bound",
     "Random rows of the fixture, as q and as k, against the fixture's exact outputs up to the model's limit. Unlike "
     "unit "
     "vectors they show the rounding of the rotation itself.",
     "pair-swapped, sign-flip, pos-off-by-one, pos-bf16, freq-bf16, scale-ignored"},
    {"norm", "R7", "MUST", "2026.2", "rotating keeps the length of each pair, times the attention factor", "r*L",
     "Lengths of random pairs before and after, from position 0 to the limit. Blind to the angle, so the bound is "
     "rounding alone and sharp.",
     "norm-scaled"},
    {"composition", "R8", "MUST", "2026.2", "rotating by n and then by m is rotating by n + m",
     "r[A*E(n) + E(m)(A + E(n)) + A*E(n + m)] with no frequency error",
     "Random rows are rotated at n, the outputs again at m, and the inputs at n + m directly. The frequency is the "
     "same "
     "in all three, so its error drops out: this sees positions and offsets.",
     "pos-off-by-one, pos-bf16"},
    {"inverse", "R9", "MUST", "2026.2", "backward undoes forward at the same position", "r[2A*L + L^2]",
     "Random rows forward and then backward (the transpose). Both use one table, so any error of the angle cancels: "
     "this "
     "sees the direction and the rounding, not the frequencies.",
     "backward-sign"},
    {"position-zero", "R10", "MUST", "2026.2", "position 0 is the identity, times the attention factor",
     "r*L at angle 0", "Random rows at position 0, between rows at other positions.", "pos-off-by-one, norm-scaled"},
    {"offsets", "R11", "MUST", "2026.2", "an offset stands for the positions that it means",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "Runs of consecutive positions, and single ones as in decoding, given as an offset, as an offset by row and as "
     "int32 "
     "numbers, against int64 numbers for each token.",
     "offset-ignored"},
    {"pass-through-dims", "R12", "MUST", "2026.2", "elements outside rotary_dim come out as they went in", "bitwise",
     "Random elements beside the rotated ones, then a NaN, infinity or -infinity among them, out of place and in "
     "place, "
     "on models with partial rotary. The rotated elements must stay finite.",
     "tail-lost"},
    {"dtype-preserved", "R13", "MUST", "2026.2", "outputs use the whole significand of their dtype",
     "some output of each head and of each pair has its last bit set",
     "Outputs that have been through a narrower type never use the last bits of their own. Of random ones half do; "
     "each "
     "head and each pair with 128 outputs or more is judged by itself.",
     "through-bf16"},
    {"in-place", "R14", "MUST", "2026.2", "in place gives what out of place gives",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "The same random rows rotated into another tensor and into their own.", "inplace-alias"},
    {"special-values", "R15", "MUST", "2026.2", "a NaN or infinity stays in its own pair",
     "the pair itself non-finite; all others within 2r*E with no frequency error of what they are without it",
     "One element of each row is NaN, then infinity, then -infinity; all other pairs must stay what they "
     "are without it.",
     "nan-spreads"},
    {"determinism", "R16", "SHOULD", "2026.2", "the same call gives the same bits",
     "bitwise: a SHOULD, a MUST under repro=bits or --deterministic; values within 2r*E: a MUST",
     "The same call five times on one handle, other calls in between.", "call-dependent"},
    {"match", "R17", "MUST", "2026.3", "outputs have the bits of the pipeline that --match names", "bitwise",
     "The pipeline is emulated operation by operation on the same unit vectors and random rows, at all sampled "
     "positions "
     "and in each pairing. Any other bit fails; the stage that explains most of them is named.",
     "pair-swapped, sign-flip, pos-off-by-one, pos-bf16, freq-bf16, scale-ignored, norm-scaled, through-bf16", true},
}};

/// nullptr where there is no such check.
constexpr const CheckInfo* find_check(std::string_view id) {
  for (const CheckInfo& check : all_checks) {
    if (check.id == id) return &check;
  }
  return nullptr;
}

/// Whether the check belongs to the rule set.
constexpr bool in_rules(const CheckInfo& check, std::string_view rules) {
  for (std::string_view set : rule_sets) {
    if (set == check.since) return true;  // introduced at or before `rules`
    if (set == rules) return false;
  }
  return false;
}

}  // namespace rope::conformance
