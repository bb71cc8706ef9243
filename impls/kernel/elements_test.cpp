// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Exhaustive over fp16 and bf16: every value, every midpoint and the nearest numbers beside it, from double and float.
#include "impls/kernel/elements.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace rope::kernel {
namespace {

template <class Element>
class HalfPrecision : public testing::Test {
 public:
  static constexpr std::uint16_t infinity = std::is_same_v<Element, Fp16> ? 0x7c00 : 0x7f80;
};
using Elements = testing::Types<Fp16, Bf16>;
TYPED_TEST_SUITE(HalfPrecision, Elements);

template <class Element, class Real>
void expect_both_signs(Real x, std::uint16_t bits) {
  ASSERT_EQ(Element::round(x), bits) << x;
  ASSERT_EQ(Element::round(-x), bits | 0x8000U) << -x;
}

TYPED_TEST(HalfPrecision, ValuesAreTheFormatsValues) {
  const int precision = std::is_same_v<TypeParam, Fp16> ? 11 : 8,
            min_exponent = std::is_same_v<TypeParam, Fp16> ? -14 : -126;
  for (std::uint16_t bits = 0; bits < this->infinity; ++bits) {
    const int field = bits >> (precision - 1), fraction = bits & ((1 << (precision - 1)) - 1);
    const double expected =
        field == 0 ? std::ldexp(fraction, min_exponent - precision + 1)
                   : std::ldexp(fraction + (1 << (precision - 1)), field - 1 + min_exponent - precision + 1);
    ASSERT_EQ(TypeParam::value(bits), expected);
    ASSERT_EQ(TypeParam::value(static_cast<std::uint16_t>(bits | 0x8000)), -expected);
  }
  EXPECT_TRUE(std::isinf(TypeParam::value(this->infinity)));
  EXPECT_TRUE(std::isnan(TypeParam::value(this->infinity + 1)));
}

TYPED_TEST(HalfPrecision, RoundsEveryValueMidpointAndNeighbour) {
  for (std::uint16_t bits = 0; bits < this->infinity; ++bits) {
    const double low = TypeParam::value(bits);
    const std::uint16_t next = static_cast<std::uint16_t>(bits + 1);
    // Above the largest number the next one would be the next multiple of its spacing, and rounding goes to infinity.
    const double high = next == this->infinity ? 2 * low - TypeParam::value(static_cast<std::uint16_t>(bits - 1))
                                               : static_cast<double>(TypeParam::value(next));
    const double midpoint = (low + high) / 2;  // exact: one bit more
    const std::uint16_t even = (bits & 1U) == 0 ? bits : next;
    expect_both_signs<TypeParam>(low, bits);
    expect_both_signs<TypeParam>(midpoint, even);
    expect_both_signs<TypeParam>(std::nextafter(midpoint, 0.0), bits);
    expect_both_signs<TypeParam>(std::nextafter(midpoint, HUGE_VAL), next);

    const float single = static_cast<float>(midpoint);
    if (static_cast<double>(single) == midpoint) {  // not so where bf16's spacing overflows fp32
      expect_both_signs<TypeParam>(static_cast<float>(low), bits);
      expect_both_signs<TypeParam>(single, even);
      expect_both_signs<TypeParam>(std::nextafter(single, 0.0F), bits);
      expect_both_signs<TypeParam>(std::nextafter(single, HUGE_VALF), next);
    }
    if (testing::Test::HasFatalFailure()) {
      return;
    }
  }
}

TYPED_TEST(HalfPrecision, ExtremesAndNaN) {
  expect_both_signs<TypeParam>(std::numeric_limits<double>::denorm_min(), 0);
  expect_both_signs<TypeParam>(std::numeric_limits<float>::denorm_min(), 0);
  expect_both_signs<TypeParam>(std::numeric_limits<double>::min(), 0);
  expect_both_signs<TypeParam>(std::numeric_limits<double>::max(), this->infinity);
  expect_both_signs<TypeParam>(HUGE_VAL, this->infinity);
  expect_both_signs<TypeParam>(HUGE_VALF, this->infinity);
  EXPECT_TRUE(std::isnan(TypeParam::value(TypeParam::round(std::nan("")))));
  EXPECT_TRUE(std::isnan(TypeParam::value(TypeParam::round(std::nanf("")))));
}

TYPED_TEST(HalfPrecision, OneRoundingIsNotTwo) {
  // Just above the midpoint of 1 and its successor, by less than float can hold.
  const double step = TypeParam::value(TypeParam::round(1.0) + 1) - 1.0;
  const double x = 1 + step / 2 + 0x1p-40;
  EXPECT_EQ(TypeParam::value(TypeParam::round(x)), 1 + step);
  EXPECT_EQ(TypeParam::value(TypeParam::round(static_cast<float>(x))), 1) << "this is what rounding twice would give";
}

}  // namespace
}  // namespace rope::kernel
