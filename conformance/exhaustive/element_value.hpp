// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Bits of tensor elements to values, inline and without branches in the ordinary case: to_double for loops over
// millions.
#pragma once

#include <bit>
#include <cstdint>

#include "reference/dtype.hpp"

namespace rope::conformance {

/// to_double(dtype, bits), the same number (a NaN stays a NaN).
template <DType dtype>
double element_value(std::uint32_t bits) {
  if constexpr (dtype == DType::f32) {
    return static_cast<double>(std::bit_cast<float>(bits));
  } else if constexpr (dtype == DType::bf16) {
    return static_cast<double>(std::bit_cast<float>(bits << 16));
  } else {
    const std::uint32_t magnitude = bits & 0x7FFFU;
    if (magnitude >= 0x7C00U) return to_double(dtype, bits);
    // The fields moved up to those of binary32, whose exponent bias is 112 more. Subnormals come out right, too.
    const double value = static_cast<double>(std::bit_cast<float>(magnitude << 13)) * 0x1p112;
    return (bits & 0x8000U) != 0 ? -value : value;
  }
}

/// Half the distances from a finite number to its neighbours in the format. At a power of two the one towards zero is
/// half the other; 0 and the smallest normal number are treated so, too, where both are equal: never too large.
struct HalfGaps {
  double smaller, larger;
};
template <DType dtype>
HalfGaps half_gaps(std::uint32_t bits) {
  constexpr Format f = format(dtype);
  constexpr int fraction_bits = f.precision - 1;
  constexpr std::uint32_t field = (1U << (8 * f.bytes - 1 - fraction_bits)) - 1;
  const std::uint32_t exponent = (bits >> fraction_bits) & field;
  const std::uint64_t biased = exponent == 0 ? 1 : exponent;
  // 2^(biased - 1 + min_exponent - fraction_bits - 1)
  const double larger =
      std::bit_cast<double>((biased + static_cast<std::uint64_t>(1023 + f.min_exponent - fraction_bits - 2)) << 52);
  const bool power_of_two = (bits & ((1U << fraction_bits) - 1)) == 0;
  return {power_of_two ? larger / 2 : larger, larger};
}

}  // namespace rope::conformance
