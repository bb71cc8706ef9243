// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The few numbers of each pair from which its tables grow, out of multiprecision.
#pragma once

#include <cstdint>
#include <vector>

#include "reference/certified/fixed_point.hpp"
#include "reference/spec.hpp"

namespace rope {

/// Each component is within 2^-127 + 2^-158 of the exact number (lemma 1).
struct Seeds {
  bool rotates = true;               ///< inv_freq is not 0
  FixedComplex start;                ///< m·e^(i·anchor·ω)
  std::vector<FixedComplex> powers;  ///< e^(i·2^k·ω), k = 0 .. doublings - 1
};

/// 0 < m <= 1. Throws Unresolved where the family's branch cannot be decided.
Seeds seeds_of_pair(const Spec& spec, int pair, std::int64_t anchor, double m, int doublings);

}  // namespace rope
