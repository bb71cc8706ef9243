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
inline constexpr std::array<std::string_view, 5> rule_sets{"2026.1", "2026.2", "2026.3", "2026.4", "2026.5"};
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
  bool when_asked = false;   ///< run only where an option or the profile asks for it
  bool once = false;         ///< one case for the whole run
};

inline constexpr std::array<CheckInfo, 39> all_checks{{
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
    {"strides", "R19", "MUST", "2026.4", "strides change no output",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "Two rows of five tokens whose heads, tokens and rows have gaps, whose elements lie two apart, that run "
     "backwards through memory or are one row given twice (stride 0), and with gaps in place, against dense ones. "
     "Writing into a gap fails, too.",
     "stride-ignored, gap-writer"},
    {"layouts", "R20", "MUST", "2026.4", "the order of the axes in memory changes no output",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "Two rows of three and of seven tokens with 4 and 2, and 5 and 3 heads, in bshd, bhsd and sbhd, and packed as "
     "thd with a position for each token, against each row in a plain call of its own.",
     "axis-swap"},
    {"gqa", "R21", "MUST", "2026.4",
     "each head is what it is in any other call, whatever their number, and k is rotated as q is",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "8, 3, 5, 7, 1 and 6 heads of q with 1, 1, 5, 2, 1 and 3 of k, q alone, and 32, 64, 71 and 128 heads with 8, 8, "
     "1 and 128 of k, against the same rows as four heads of q.",
     "pair-k-only, heads-past-8"},
    {"packed", "R22", "MUST", "2026.4", "a packed sequence is what it is alone",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "Sequences of 5, 1, 0, 17 and 3 tokens behind one another, with cu_seqlens, from position 0 and from start "
     "positions, against each in a call of its own.",
     "packed-positions"},
    {"position-ids", "R23", "MUST", "2026.4", "a token's rotation depends on its own position only",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "Tokens in falling, shuffled and repeated order, as int64, int32, with a stride, with one list for all rows and "
     "with another order in each row, against the same tokens in rising order.",
     "position-ids-sorted"},
    {"position-out-of-range", "R24", "MUST", "2026.4", "a position outside is treated as declared",
     "an error is ROPE_INVALID_ARGUMENT; identity bitwise; clamp within 2r*E with no frequency error",
     "prepare is told 64 positions; then tokens at the limit, past it and below the first position stand among right "
     "ones, alone and in a run over the limit. After an error a right call must work. Not observable where nothing "
     "is declared.",
     "range-wraps, range-silent, range-writes"},
    {"padding-rows", "R25", "MUST", "2026.4", "tokens that fill a row up change no real one",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "Rows of 9, 5, 1 and 0 real tokens, filled up on the left with positions 1 or 0 or on the right with 0 or "
     "counting on, against each row unfilled.",
     "pos-leftpad"},
    {"decode-equals-prefill", "R26", "MUST", "2026.4", "a token decoded alone is what it is in the whole sequence",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "300 tokens in one row and 140 in three, from position 0 and up to the limit in one call, against calls of one "
     "token by "
     "position, by offset and by an offset for each row, rows also at different places; and 4,099 tokens of one head "
     "in one call, against tokens all along it alone.",
     "decode-zero, prefill-chunked, tokens-past-1024"},
    {"batch-invariance", "R27", "MUST", "2026.4", "a row is what it is alone",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "2, 5, 33 and 257 rows of one token and 2, 3 and 5 rows of several, against each row in a call of its own.",
     "batch-tail, row-coupled, rows-past-33"},
    {"head-permutation", "R28", "MUST", "2026.4", "heads in another order give the same outputs in that order",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "Random heads of q and of k in falling order and moved on by one.", "head-coupled"},
    {"backward-adjoint", "R29", "MUST", "2026.4", "backward is the transpose of forward",
     "|x||g|*2E with no frequency error; with uneven tables |x||g|*2*sqrt(2)*L",
     "<R x, g> against <x, R^T g> for each pair of random x and g, forward and backward in calls of their own; where "
     "tables of full width are taken, with tables that are no rotation, too, which show a backward that moves "
     "elements before it multiplies.",
     "backward-roll"},
    {"power-of-two-scaling", "R30", "MUST", "2026.4", "inputs times a power of two give outputs times it",
     "bitwise is a SHOULD where nothing comes near the subnormal numbers; values within 2r*E with no frequency error",
     "The same random rows, times 2^6 and times 2^-3.", "clamp-scaled"},
    {"head-sizes", "R31", "MUST", "2026.4", "other head sizes than the model's are right, too",
     "E(16, 2) of the usual pipeline, and the declared contract's own bound",
     "14 sizes from 2 to 256 that fill no vector or several, as whole heads and as the first or last elements of "
     "longer ones, with the model's base, against the certified truth. What query refuses is listed.",
     "vec-overrun, pow2-pad"},
    {"position-axes", "R32", "MUST", "2026.4", "a pair takes the position of its axis",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "Three axes (M-RoPE), pair by pair in turn and in sections, against a plain call with each axis's positions; "
     "and all three alike.",
     "axes-ignored"},
    {"must-support", "R33", "MUST", "2026.4", "query says yes to what must be supported", "none",
     "The cases that the implementation itself lists in the extension rope.must_support are put to query. One case "
     "for the whole run; not observable where nothing is listed.",
     "over-eager-no", false, true},
    {"combinations", "R34", "MUST", "2026.4", "what is taken one by one is right together",
     "E(16, 2) of the usual pipeline, and the declared contract's own bound",
     "Layout, strides, kind of position, angle source and its form, in place, direction, pairing of the outputs, q "
     "alone, a stream of its own, scaled q, several axes, heads that rotate in part (or as a whole, where the model's "
     "do "
     "not): each way by itself, then every two of them together in a covering array, against the certified truth. Two "
     "that are refused together are named, and cost no other pair.",
     "table-joined-swapped, factor-ignored, table-writer, packed-axes-ignored, scaled-tail"},
    {"negative-positions", "R35", "MUST", "2026.5", "a position below 0 turns back by as much",
     "E(16, 2) of the usual pipeline, and the declared contract's own bound",
     "Negative positions among others for each token, down to the lowest, as int64 and int32, forward and backward, "
     "and runs over 0 and from the lowest by an offset, against the certified truth. Only where "
     "ROPE_FLAG_NEGATIVE_POSITIONS is claimed. One case for the run.",
     "negative-folded", false, true},
    {"threads", "R36", "MUST", "2026.5", "threads do not disturb each other",
     "bitwise is a SHOULD; values within 2r*E with no frequency error",
     "32 calls of 32 tokens made by four threads at once, with a handle for each thread and, where "
     "ROPE_FLAG_THREAD_SAFE is claimed, on one handle, against each call alone; 3 to 16 times, until 0.2 s were spent "
     "in them. A failure is proof; a pass is evidence only, as threads need not have met. One case for the whole run.",
     "shared-scratch, handle-scratch", false, true},
    {"stale-state", "R37", "MUST", "2026.5", "what was asked before changes nothing",
     "E(16, 2) of the usual pipeline, and the declared contract's own bound",
     "Short, long, short and longer calls on one handle, calls that look alike (as many tokens, the same first and "
     "last position), other dtypes in between and as a handle's first, and five handles of other bases, sizes, limits "
     "and factors in alternation, against the certified truth. One case for the whole run.",
     "cached-by-size, grows-once", false, true},
    {"inv-freq", "R38", "MUST", "2026.5", "export_inv_freq hands out what the kernel rotates by",
     "16 times S1 of the usual pipeline and the declared contract's S1; outputs within E with no frequency error",
     "What export_inv_freq hands out against the model's exact inv_freq, and the outputs against the certified truth "
     "of the exported numbers. One case for the whole run.",
     "exports-periods", false, true},
    {"families", "R39", "MUST", "2026.5", "every family that is claimed is right, whatever the models have",
     "E(16, 2) of the usual pipeline, and the declared contract's own bound",
     "default, linear, dynamic, yarn, longrope, llama3 and proportional, each on a small model that was extended from "
     "2048 to 8192 positions, with its attention factor and on both sides of the original length, against the "
     "certified truth. A family that is not claimed is listed and never passed. One case for the run.",
     "scale-ignored, factor-ignored, yarn-ramp, yarn-truncate, longrope-list, longrope-multiplied, "
     "proportional-exponent, llama3-band",
     false, true},
    {"multi-axis", "R40", "MUST", "2026.5", "tokens of pictures and films are rotated as models with several axes do",
     "E(16, 2) of the usual pipeline, and the declared contract's own bound, at the position of the pair's axis; "
     "between "
     "two calls bitwise is a SHOULD, values within 2r*E with no frequency error",
     "The axes of Qwen2-VL, Qwen3-VL, vision towers and Wan, and the model's own, on the model's frequencies: text, "
     "patches of a picture or a film, any positions up to 2^20, both directions, against the certified truth; one axis "
     "changed, where no pair of another may change; and vision towers' own frequencies where inv_freq, angles or "
     "tables "
     "are taken.",
     "axes-ignored, axes-swapped, axes-in-bands, two-axes-as-one, width-as-height"},
    {"attention-effect", "R41", "INFO", "2026.5", "what the rotation's errors do to attention", "none: it is a report",
     "Scores, softmax weights and outputs of heads that attend to content and that look back by 1, 1,000 and half the "
     "context, over growing contexts, and predictions of a small transformer, against those of the exact rotation; "
     "beside them the usual pipeline's and the correctly rounded rotation's. With --qk also of a real model's q and k. "
     "On the model with the longest context; the smoke profile leaves it out.",
     "", true},
}};

/// nullptr where there is no such check.
constexpr const CheckInfo* find_check(std::string_view id) {
  for (const CheckInfo& check : all_checks) {
    if (check.id == id) return &check;
  }
  return nullptr;
}

/// R19 and on: how a call is made, and less what its model is.
constexpr bool is_of_the_interface(const CheckInfo& check) {
  return check.since != "2026.1" && check.since != "2026.2" && check.since != "2026.3";
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
