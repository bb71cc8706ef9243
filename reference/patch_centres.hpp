// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Positions that are no integers: shares of a picture's side, at the centres of its patches. Formula in
// patch_centres.cpp.
#pragma once

#include <cstdint>
#include <vector>

namespace rope {

/// inv_freq of the rotary_dim/2 pairs of one axis for the integer positions below, each correctly rounded to binary64.
/// rotary_dim: even, 2 or more; theta > 1; patches along the axis: 1 or more. Otherwise throws std::invalid_argument.
std::vector<double> patch_centre_frequencies(int rotary_dim, double theta, int patches);

/// The integer position of a patch, 0 .. patches - 1: from -(patches - 1) to patches - 1, every other number.
constexpr std::int64_t patch_centre_position(std::int64_t patch, std::int64_t patches) {
  return 2 * patch + 1 - patches;
}

}  // namespace rope
