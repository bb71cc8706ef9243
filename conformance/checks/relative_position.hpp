// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// relative-position: <R_m q, R_n k> = <R_(m+s) q, R_(n+s) k>, for each pair and summed over the head.
#pragma once

#include <cstdint>
#include <vector>

#include "conformance/checks/golden.hpp"
#include "conformance/driver.hpp"

namespace rope::conformance {

/// Positions of one comparison: m, n and both shifted.
struct Placement {
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t shift = 0;
};

/// At most 256 of them, all four positions below `limit`, shifts up to the largest possible.
std::vector<Placement> placements(std::int64_t limit);

JudgedCase relative_position(Driver& driver, const fixtures::Fixture& fixture, const Judge& judge, DType dtype,
                             Pairing pairing, bool accept_declared);

}  // namespace rope::conformance
