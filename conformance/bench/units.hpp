// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether what is timed is the rotation: outputs held against the certified table.
#pragma once

#include "conformance/bench/work.hpp"

namespace rope::bench::cpu {

/// The largest error of a pair of `out`, which is the rotated input, in units of u_T times the pair's length (a
/// correctly rounded pair has at most 1). All heads and pairs of 32 tokens at most, spread over all; what is no number
/// counts as infinity. Inputs are in [1, 2), so that no result is near the subnormal range without cancellation, which
/// the length covers.
double worst_units(const Work& work, rope_pairing pairing, const char* out);

}  // namespace rope::bench::cpu
