// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The claim of UsualArithmetic: an operation in fp32 followed by rounding to fp16 or bf16 is the correctly rounded
// operation. Compared with exact arithmetic in double and one rounding.
#include "impls/kernel/arithmetic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace rope::kernel {
namespace {

template <class Element>
class UsualOperations : public testing::Test {
 public:
  /// Any finite number of the format, all exponents alike, subnormals included.
  float any() {
    for (;;) {
      const float x = Element::value(static_cast<std::uint16_t>(generator_()));
      if (std::isfinite(x)) {
        return x;
      }
    }
  }

 private:
  std::mt19937 generator_{20260101};
};
using Elements = testing::Types<Fp16, Bf16>;
TYPED_TEST_SUITE(UsualOperations, Elements);

TYPED_TEST(UsualOperations, ProductsAreCorrectlyRounded) {
  int subnormal = 0;
  for (int n = 0; n < 2'000'000; ++n) {
    const float a = this->any(), b = this->any();
    const double exact = static_cast<double>(a) * b;  // at most 22 bits
    ASSERT_EQ(TypeParam::round(a * b), TypeParam::round(exact)) << a << " * " << b;
    subnormal += exact != 0 && std::abs(exact) < (std::is_same_v<TypeParam, Fp16> ? 0x1p-14 : 0x1p-126) ? 1 : 0;
  }
  EXPECT_GT(subnormal, 10000) << "the subnormal range must have been visited";
}

TYPED_TEST(UsualOperations, SumsAreCorrectlyRounded) {
  int inexact = 0;
  for (int n = 0; n < 2'000'000; ++n) {
    const float a = this->any();
    float b = this->any();
    // Numbers more than 2^40 apart would not add exactly in double; bring them near each other.
    const int distance = b == 0 || a == 0 ? 0 : std::ilogb(a) - std::ilogb(b);
    b = TypeParam::value(TypeParam::round(std::ldexp(static_cast<double>(b), distance - distance % 20)));
    if (!std::isfinite(b)) {
      continue;
    }
    const double exact = static_cast<double>(a) + b;
    ASSERT_EQ(exact - a, b) << "the sum in double must be exact here";
    ASSERT_EQ(TypeParam::round(a + b), TypeParam::round(exact)) << a << " + " << b;
    inexact += static_cast<double>(a + b) != exact ? 1 : 0;
  }
  EXPECT_GT(inexact, 1000) << "sums that fp32 rounds must have been among them";
}

TEST(CarefulArithmetic, RoundsDoubleOnce) {
  // x0 cos - x1 sin = 1 + 2^-11 + 2^-30 with exact products: above fp16's midpoint, which float cannot see.
  const auto rotated = CarefulArithmetic::rotate<Fp16>(1, -0x1p-30, {1 + 0x1p-11, 1, 1, 1}, 1);
  EXPECT_EQ(Fp16::value(rotated.first), 1 + 0x1p-10F);
}

TEST(OneRoundingArithmetic, RoundsToTheTensorOnlyAtTheEnd) {
  // Products 1 and 3 * 2^-13: in fp16 after every operation the table's 1 + 2^-12 would already be 1.
  const float cos = 1 + 0x1p-12F;
  EXPECT_EQ(OneRoundingArithmetic::table<Fp16>(cos), cos);
  EXPECT_EQ(UsualArithmetic::table<Fp16>(cos), 1.0F);
  EXPECT_EQ(Fp16::value(OneRoundingArithmetic::rotate<Fp16>(1, -0x1p-12F, {cos, 1.5F, 1, 1}, 1).first), 1 + 0x1p-10F);
}

TEST(QueryScale, IsAStepOfItsOwnOnlyInTheUsualPipeline) {
  // x = 1 + 2^-11 + 2^-13 lies above fp16's midpoint 1 + 2^-11, and x (1 - 2^-12) below it, but (1 + 2^-10)(1 - 2^-12)
  // above.
  const float x = 1 + 0x1p-11F + 0x1p-13F, scale = 1 - 0x1p-12F;
  const Turn<float> none{1, 0, 1, 0};
  EXPECT_EQ(Fp16::value(OneRoundingArithmetic::rotate<Fp16>(x, 0, none, scale).first), 1);
  EXPECT_EQ(Fp16::value(UsualArithmetic::rotate<Fp16>(x, 0, none, scale).first), 1 + 0x1p-10F);
}

TEST(Turn, TransposedTwiceIsItself) {
  const Turn<float> turn{1, 2, 3, 4};
  const Turn<float> transposed = turn.transposed(), back = transposed.transposed();
  // The matrix is (c0 -s0; s1 c1).
  EXPECT_EQ(-transposed.s0, turn.s1);
  EXPECT_EQ(transposed.s1, -turn.s0);
  EXPECT_EQ(back.s0, turn.s0);
  EXPECT_EQ(back.s1, turn.s1);
  EXPECT_EQ(back.c0, turn.c0);
  EXPECT_EQ(back.c1, turn.c1);
}

}  // namespace
}  // namespace rope::kernel
