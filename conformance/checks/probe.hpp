// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a property check needs: the implementation as a function, the fixture's spec, the bounds; and rows of pairs laid
// out as a call.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "conformance/checks/judge.hpp"
#include "conformance/driving/driver.hpp"
#include "fixtures/fixture.hpp"

namespace rope::conformance {

/// Rotates; memory faults and time are noted by whoever made the function.
using Rotate = std::function<RotateAnswer(const RotateRequest&)>;

struct Probe {
  Rotate rotate;
  const fixtures::Fixture& fixture;
  const Judge& judge;
  DType dtype = DType::f32;
  Pairing pairing = Pairing::half_split;
  bool accept_declared = false;
  bool bits_required = false;  ///< repro=bits is declared, or --deterministic: equal means equal bits
};

/// Rows in pair order, [positions][pairs][2]: the first half is one head of q, the second half one head of k at the
/// same positions, so that both tensors are judged alike and no kernel need claim that it takes q alone.
struct Rows {
  std::vector<std::int64_t> positions;
  std::vector<std::uint32_t> values;
};

RotateRequest request_for(const Probe& probe, const Rows& rows);

/// q and then k of the answer in pair order: the rows of request_for, rotated.
std::vector<std::uint32_t> rotated_rows(const Probe& probe, const RotateAnswer& answer);

/// The positions twice over, for q and for k.
std::vector<std::int64_t> for_q_and_k(const std::vector<std::int64_t>& positions);

/// Random rows at these positions for q and for k, keyed by seed and `stream`.
Rows random_rows(const Probe& probe, const char* stream, const std::vector<std::int64_t>& positions);

/// Positions below the model's limit for a property: from the start, from powers of two, up to the end.
std::vector<std::int64_t> spread_positions(std::int64_t limit);

/// L, everything after the angle, whatever the angle is: the cosine and sine that were really used decide from which
/// binade an ulp is taken, and in a property check they may be any, so the largest stand in for them.
double rounding_bound(const Bounds& bounds);

/// E(alpha, beta) with S1 = 0: for two rotations by the same inv_freq.
double same_frequency_bound(const Bounds& bounds, std::int64_t position, int pair, GradeLimit factors);

}  // namespace rope::conformance
