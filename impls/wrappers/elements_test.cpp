// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The wrappers' fp16 and bf16 against those of impls/kernel, which are tested against the definition.
#include "impls/wrappers/elements.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "impls/loaded_plugin.hpp"

namespace rope::impls {
namespace {

TEST(WrapperElements, EveryBitPatternLoads) {
  for (std::uint32_t n = 0; n <= 0xffffU; ++n) {
    const auto bits = static_cast<std::uint16_t>(n);
    const float half = kernel::Fp16::value(bits), bfloat = kernel::Bf16::value(bits);
    ASSERT_EQ(wrappers::bits_of(wrappers::load(wrappers::Half{bits})), wrappers::bits_of(half)) << n;
    ASSERT_EQ(wrappers::bits_of(wrappers::load(wrappers::Bfloat16{bits})), wrappers::bits_of(bfloat)) << n;
  }
}

TEST(WrapperElements, StoringRoundsOnceToNearestEven) {
  // Every sign and exponent, with fractions at, beside and between the midpoints of both formats.
  for (std::uint32_t top = 0; top <= 0xffffU; ++top) {
    for (const std::uint32_t low :
         {0U, 1U, 0xfffU, 0x1000U, 0x1001U, 0x2000U, 0x3000U, 0x7fffU, 0x8000U, 0x8001U, 0xffffU}) {
      const float x = wrappers::float_of(top << 16 | low);
      wrappers::Half half{};
      wrappers::Bfloat16 bfloat{};
      wrappers::store(half, x);
      wrappers::store(bfloat, x);
      if (std::isnan(x)) {
        ASSERT_TRUE(std::isnan(wrappers::load(half)) && std::isnan(wrappers::load(bfloat)));
        continue;
      }
      ASSERT_EQ(half.bits, kernel::Fp16::round(x)) << x;
      ASSERT_EQ(bfloat.bits, kernel::Bf16::round(x)) << x;
    }
  }
}

}  // namespace
}  // namespace rope::impls
