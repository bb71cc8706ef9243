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

/// Rows of q in pair order, [positions][pairs][2], one head, no k; elements that do not rotate are `tail` (bits).
struct Rows {
  std::vector<std::int64_t> positions;
  std::vector<std::uint32_t> q;
};

RotateRequest request_for(const Probe& probe, const Rows& rows, std::uint32_t tail = 0);

/// q of the answer in pair order.
std::vector<std::uint32_t> rotated_rows(const Probe& probe, const RotateAnswer& answer);

/// Random rows at these positions, keyed by seed and `stream`.
Rows random_rows(const Probe& probe, const char* stream, std::vector<std::int64_t> positions);

/// Positions below the model's limit for a property: from the start, from powers of two, up to the end.
std::vector<std::int64_t> spread_positions(std::int64_t limit);

/// |cos| and |sin| (attention factor included) at any position, from above: they only decide which binade an ulp is of.
struct TableSize {
  double cos = 0;
  double sin = 0;
};
TableSize table_size(const Bounds& bounds, const fixtures::Fixture& fixture, std::int64_t position, int pair);

/// L at the position: everything after the angle.
double rounding_bound(const Bounds& bounds, const fixtures::Fixture& fixture, std::int64_t position, int pair);

/// E(alpha, beta) with S1 = 0: for two rotations by the same inv_freq.
double same_frequency_bound(const Bounds& bounds, const fixtures::Fixture& fixture, std::int64_t position, int pair,
                            GradeLimit factors);

}  // namespace rope::conformance
