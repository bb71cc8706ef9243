// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// From which position on a bound says nothing: everything would be inside it, the right value and any other.
#pragma once

#include <cstdint>
#include <optional>

#include "reference/bounds.hpp"

namespace rope::conformance {

/// First position below `end` from which E(alpha, beta) of some pair lets the angle be anything (alpha·Delta is at
/// least pi/3: there A·2·sin(alpha·Delta/2) is A itself) or the rotation (beta·L, at cos = A and sin = 0, is at least
/// A). Neither may fall as positions grow, but for steps of a binade and where a format happens to hold a position.
std::optional<std::int64_t> empty_from(const Bounds& bounds, double alpha, double beta, int pairs, std::int64_t end);

}  // namespace rope::conformance
