// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether what is timed is the rotation: outputs held against the certified table.
#pragma once

#include <vector>

#include "conformance/bench/work.hpp"

namespace rope::bench::kernels {

/// Over all heads and pairs of the sampled tokens; what is no number counts as infinity.
struct Errors {
  /// The largest error of a pair in units of u_T times the pair's length: a correctly rounded pair has at most 1.
  /// Inputs are in [1, 2), so that no result is near the subnormal range without cancellation, which the length covers.
  double units = 0;
  /// The largest error of a pair against E(16, 2) of the usual pipeline at its position and pair, the limit beyond
  /// which the suite's grade is "fail" (docs/conformance.md): past 1 it is no inaccuracy but another function.
  double against_limit = 0;

  bool wrong() const { return !(against_limit <= 1); }
};

/// `outputs`: as Timed::first() gives them.
Errors errors_of(const Work& work, rope_pairing pairing, const std::vector<char>& outputs);

}  // namespace rope::bench::kernels
