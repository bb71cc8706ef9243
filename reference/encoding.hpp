// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rounding to nearest, ties to even, as one integer operation: from any real number, given as its leading 64 bits and
// whether anything follows them, to the bits of a format.
#pragma once

#include <cstdint>

#include "reference/dtype.hpp"

namespace rope {

/// A real number ±0.b₆₃b₆₂…b₀[tail] · 2^exponent. b₆₃ is set, or `leading` is 0 and the number is zero.
struct Leading64 {
  bool negative = false;
  std::int64_t exponent = 0;
  std::uint64_t leading = 0;
  bool tail = false;  ///< true where non-zero bits follow the 64
};

/// The one rounding there is in this library: subnormals gradual, overflow to infinity, zero keeps its sign.
std::uint64_t encode(DType dtype, const Leading64& x);

}  // namespace rope
