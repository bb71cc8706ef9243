// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// relative-position: <R_m q, R_n k> = <R_(m+s) q, R_(n+s) k>, for each pair and summed over the head.
#pragma once

#include <cstdint>
#include <vector>

#include "conformance/checks/golden.hpp"
#include "conformance/driving/driver.hpp"

namespace rope::conformance {

/// Positions of one comparison: m, n and both shifted.
struct Placement {
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t shift = 0;
};

/// At most 270 of them, all four positions below `limit`, shifts up to the largest possible.
std::vector<Placement> placements(std::int64_t limit);

/// The tensors of one call: tokens 4j .. 4j + 3 are placement j's m, n, m + s, n + s, all with the same row.
struct RelativeCall {
  std::vector<Placement> placements;
  std::vector<std::uint32_t> q, k;  ///< inputs, [placements][pairs][2]
  RotateRequest request;            ///< one q head and one k head
};
RelativeCall relative_call(const fixtures::Fixture& fixture, DType dtype, Pairing pairing);

JudgedCase relative_position(const RelativeCall& call, const RotateAnswer& answer, const fixtures::Fixture& fixture,
                             const Judge& judge, bool accept_declared);

}  // namespace rope::conformance
