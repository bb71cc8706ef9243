// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every bit pattern of the 16-bit formats, every rounding boundary between them, and the hardware as oracle for fp32.
#include "reference/dtype.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cfenv>
#include <cmath>
#include <limits>
#include <random>

namespace rope {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

class HalfFormats : public testing::TestWithParam<DType> {
 protected:
  DType dtype() const { return GetParam(); }
  std::uint32_t infinity_bits() const { return dtype() == DType::f16 ? 0x7C00 : 0x7F80; }
};

TEST_P(HalfFormats, EveryPatternReturnsToItself) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const double x = to_double(dtype(), bits);
    const bool nan = (bits & 0x7FFF) > infinity_bits();
    ASSERT_EQ(std::isnan(x), nan) << bits;
    ASSERT_EQ(std::signbit(x), bits >= 0x8000) << bits;
    if (!nan) {
      ASSERT_EQ(round_to_bits(dtype(), x), bits);
    } else {
      ASSERT_GT(round_to_bits(dtype(), x) & 0x7FFF, infinity_bits()) << bits;
    }
  }
}

// The value of a pattern from the definition of the format, by another route than the one under test.
TEST_P(HalfFormats, EveryFinitePatternHasTheValueTheFormatDefines) {
  const int fraction_bits = format(dtype()).precision - 1;
  for (std::uint32_t bits = 0; bits < infinity_bits(); ++bits) {
    const int field = static_cast<int>(bits >> fraction_bits);
    const double fraction = std::ldexp(static_cast<double>(bits & ((1U << fraction_bits) - 1)), -fraction_bits);
    const int bias = dtype() == DType::f16 ? 15 : 127;
    const double expected = field == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, field - bias);
    ASSERT_EQ(to_double(dtype(), bits), expected) << bits;
  }
}

// Between two neighbours lies one midpoint, exact in binary64: it goes to the even one, its binary64 neighbours go to
// the nearer one. Includes all subnormals, and the step from the largest number to infinity.
TEST_P(HalfFormats, EveryBoundaryRoundsToNearestEven) {
  for (std::uint32_t low = 0; low < infinity_bits(); ++low) {
    const double a = to_double(dtype(), low);
    const double step = ulp(dtype(), a);
    const double middle = a + step / 2;
    const std::uint32_t even = (low & 1) == 0 ? low : low + 1;
    ASSERT_EQ(round_to_bits(dtype(), middle), even);
    ASSERT_EQ(round_to_bits(dtype(), std::nextafter(middle, 0)), low);
    ASSERT_EQ(round_to_bits(dtype(), std::nextafter(middle, infinity)), low + 1);
    ASSERT_EQ(round_to_bits(dtype(), -middle), even | 0x8000);
    ASSERT_EQ(round_to_bits(dtype(), -std::nextafter(middle, 0)), low | 0x8000);
    ASSERT_EQ(round_to_bits(dtype(), -std::nextafter(middle, infinity)), (low + 1) | 0x8000);
    if (low + 1 < infinity_bits()) {
      ASSERT_EQ(to_double(dtype(), low + 1) - a, step) << low;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, HalfFormats, testing::Values(DType::f16, DType::bf16),
                         [](const auto& each) { return std::string(name(each.param)); });

TEST(RoundToBits, IsOneRoundingAndNotTwoByWayOfFloat) {
  const double x = 1 + 0x1p-11 + 0x1p-30;  // just above the fp16 midpoint 1 + 2^-11; fp32 cannot see that it is
  EXPECT_EQ(round_to_bits(DType::f16, x), 0x3C01U);
  EXPECT_EQ(round_to_bits(DType::f16, static_cast<double>(static_cast<float>(x))), 0x3C00U);
  const double y = 1 + 0x1p-8 + 0x1p-40;
  EXPECT_EQ(round_to_bits(DType::bf16, y), 0x3F81U);
  EXPECT_EQ(round_to_bits(DType::bf16, static_cast<double>(static_cast<float>(y))), 0x3F80U);
}

TEST(RoundToBits, AgreesWithTheHardwareForFp32) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1'000'000; ++i) {
    // Any sign and fraction; exponents from below fp32's smallest subnormal number to above its largest number.
    const std::uint64_t fraction = random() & 0x800FFFFFFFFFFFFF;
    const std::uint64_t exponent = 1023 - 155 + random() % 290;
    double x = std::bit_cast<double>(fraction | exponent << 52);
    if (i % 4 == 0)
      x = std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~((std::uint64_t{1} << 28) - 1));  // ties
    const auto expected = std::bit_cast<std::uint32_t>(static_cast<float>(x));
    ASSERT_EQ(round_to_bits(DType::f32, x), expected) << x;
    ASSERT_EQ(to_double(DType::f32, expected), static_cast<double>(static_cast<float>(x)));
  }
}

TEST(RoundToBits, Binary64IsTheIdentityAndSpecialValuesStaySpecial) {
  for (const double x : {0.0, -0.0, 1.5, 5e-324, -infinity}) {
    EXPECT_EQ(round_to_bits(DType::f64, x), std::bit_cast<std::uint64_t>(x));
    EXPECT_EQ(to_double(DType::f64, std::bit_cast<std::uint64_t>(x)), x);
  }
  EXPECT_EQ(round_to_bits(DType::f32, infinity), 0x7F800000U);
  EXPECT_EQ(round_to_bits(DType::f32, -infinity), 0xFF800000U);
  EXPECT_EQ(round_to_bits(DType::f32, -0.0), 0x80000000U);
  EXPECT_EQ(round_to_bits(DType::f32, 5e-324), 0U);
  EXPECT_EQ(round_to_bits(DType::f16, -5e-324), 0x8000U);
  EXPECT_EQ(round_to_bits(DType::f16, 65519.999), 0x7BFFU);
  EXPECT_EQ(round_to_bits(DType::f16, 65520), 0x7C00U);
  EXPECT_TRUE(std::isnan(round_to(DType::f32, std::numeric_limits<double>::quiet_NaN())));
  EXPECT_TRUE(std::isnan(round_to(DType::bf16, -std::numeric_limits<double>::quiet_NaN())));
}

TEST(RoundToBits, DoesNotDependOnTheRoundingMode) {
  std::fesetround(FE_UPWARD);
  const auto up = round_to_bits(DType::f32, 1 + 0x1p-25);
  const auto subnormal = to_double(DType::f16, 3);
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(up, 0x3F800000U);
  EXPECT_EQ(subnormal, 3 * 0x1p-24);
}

TEST(Ulp, IsTheSpacingOfTheBinadeAndOfTheSubnormalsBelow) {
  EXPECT_EQ(ulp(DType::f32, 1), 0x1p-23);
  EXPECT_EQ(ulp(DType::f32, std::nextafter(1.0, 0)), 0x1p-24);
  EXPECT_EQ(ulp(DType::f32, -3), 0x1p-22);
  EXPECT_EQ(ulp(DType::f32, 0), 0x1p-149);
  EXPECT_EQ(ulp(DType::f32, 1e-300), 0x1p-149);
  EXPECT_EQ(ulp(DType::f16, 0x1p-14), 0x1p-24);
  EXPECT_EQ(ulp(DType::f16, 1e-7), 0x1p-24);
  EXPECT_EQ(ulp(DType::bf16, 1), 0x1p-7);
  EXPECT_EQ(ulp(DType::f64, 5e-324), 5e-324);
  EXPECT_EQ(ulp(DType::f64, 1), 0x1p-52);
  EXPECT_EQ(ulp(DType::f16, 1e30), 32);  // past the largest number: its spacing
}

TEST(UnitRoundoff, IsHalfTheSpacingAtOne) {
  for (const DType dtype : {DType::f64, DType::f32, DType::f16, DType::bf16}) {
    EXPECT_EQ(unit_roundoff(dtype), ulp(dtype, 1) / 2);
  }
}

TEST(Names, AreReadBackAndNothingElseIs) {
  for (const DType dtype : {DType::f64, DType::f32, DType::f16, DType::bf16}) {
    EXPECT_EQ(dtype_from_name(name(dtype)), dtype);
  }
  for (const char* text : {"", "float", "FP32", "fp8", "fp32 "}) EXPECT_EQ(dtype_from_name(text), std::nullopt) << text;
  for (std::size_t i = 0; i < tensor_dtypes.size(); ++i) EXPECT_EQ(tensor_index(tensor_dtypes[i]), i);
}

}  // namespace
}  // namespace rope
