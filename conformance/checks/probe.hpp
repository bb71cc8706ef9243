// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a property check needs: the implementation as a function, the fixture's spec, the bounds; and rows of pairs laid
// out as a call.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "conformance/checks/judge.hpp"
#include "conformance/driving/driver.hpp"
#include "fixtures/fixture.hpp"

namespace rope::conformance {

/// Rotates; memory faults and time are noted by whoever made the function.
using Rotate = std::function<RotateAnswer(const RotateRequest&)>;

/// One way of asking that a check tried: which, and the implementation's words where it refused.
struct AskedCombination {
  std::string check;
  std::string what;  ///< "bhsd", "padded, in place"
  bool asked = false;
  std::string reason;  ///< where it was not
};

struct Probe {
  Rotate rotate;
  const fixtures::Fixture& fixture;
  const Judge& judge;
  DType dtype = DType::f32;
  Pairing pairing = Pairing::half_split;
  bool accept_declared = false;
  bool in_place_only = false;                ///< the implementation is asked for nothing else
  bool bits_required = false;                ///< repro=bits is declared, or --deterministic: equal means equal bits
  const Description* description = nullptr;  ///< what the implementation claims; null: everything
  std::function<void(const AskedCombination&)> asked = {};  ///< told of each combination; may be empty
};

/// The same questions about another spec, that of `fixture`, which must outlive what is returned.
Probe about(const Probe& probe, const fixtures::Fixture& fixture);

/// Whether each token may have a position of its own, in any order.
bool takes_any_positions(const Probe& probe);

/// Whether the rows of a batch may begin at different positions.
bool takes_rows_apart(const Probe& probe);

/// Heads that a property check drives; what holds of one must hold of each.
inline constexpr int property_q_heads = 4;
inline constexpr int property_k_heads = 2;

/// Rows in pair order, [heads][positions][pairs][2], the heads of q and then those of k, each with the same positions:
/// a check goes over all rows alike.
struct Rows {
  std::vector<std::int64_t> positions;  ///< of each row: the same list once for each head
  std::vector<std::uint32_t> values;
};

/// Spec, dtype, pairing and limit of the probe; no tokens yet.
RotateRequest request_of(const Probe& probe);

RotateRequest request_for(const Probe& probe, const Rows& rows);

/// The rows of request_for, rotated.
std::vector<std::uint32_t> rotated_rows(const Probe& probe, const RotateAnswer& answer);

/// The positions once for each head.
std::vector<std::int64_t> for_each_head(const std::vector<std::int64_t>& positions);

/// Random rows at these positions for each head, keyed by seed and `stream`.
Rows random_rows(const Probe& probe, const char* stream, const std::vector<std::int64_t>& positions);

/// Positions below the model's limit for a property: from the start, from powers of two, up to the end.
std::vector<std::int64_t> spread_positions(std::int64_t limit);

/// L, everything after the angle, whatever the angle is: the cosine and sine that were really used decide from which
/// binade an ulp is taken, and in a property check they may be any, so the largest stand in for them.
double rounding_bound(const Bounds& bounds);

/// E(alpha, beta) with S1 = 0: for two rotations by the same inv_freq.
double same_frequency_bound(const Bounds& bounds, std::int64_t position, int pair, GradeLimit factors);

}  // namespace rope::conformance
