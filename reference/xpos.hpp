// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// xPos: beside its rotation each pair is stretched in q and shrunk in k, by its place in the sequence. Formula and
// sources in xpos.cpp.
#pragma once

#include <cstdint>

#include "reference/dtype.hpp"

namespace rope {

struct Xpos {
  double scale_base = 512;  ///< positions that change a pair's scale by one power of its own number
  friend bool operator==(const Xpos&, const Xpos&) = default;
};

/// What a query's pair is multiplied by, rotation aside; a key's is divided by it. `from_centre`: the position less
/// that of the middle of the sequence, which programs take for ⌊length/2⌋. Correctly rounded binary64, 0 or infinity
/// where it lies outside. rotary_dim even, 2 to 65536; pair of it; |from_centre| at most 2^40; scale_base 1 to 2^40.
/// Throws std::invalid_argument elsewhere.
double xpos_scale(const Xpos& xpos, int rotary_dim, int pair, std::int64_t from_centre);

/// The largest |from_centre| at which the scales of queries and keys are normal numbers of the dtype in every pair.
std::int64_t xpos_reach(const Xpos& xpos, DType dtype);

}  // namespace rope
