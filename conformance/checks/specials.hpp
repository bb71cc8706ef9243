// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The inputs that are no finite numbers.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "reference/dtype.hpp"

namespace rope::conformance {

struct Special {
  const char* words;
  double value;

  std::uint32_t bits(DType dtype) const { return static_cast<std::uint32_t>(round_to_bits(dtype, value)); }
};

inline constexpr std::array<Special, 3> specials{{{"NaN", std::numeric_limits<double>::quiet_NaN()},
                                                  {"infinity", std::numeric_limits<double>::infinity()},
                                                  {"-infinity", -std::numeric_limits<double>::infinity()}}};

}  // namespace rope::conformance
