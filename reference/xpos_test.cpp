// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Against MPFR's own power function, and by hand.
#include "reference/xpos.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "reference/direct_mpfr.hpp"

namespace rope {
namespace {

double direct_scale(double base, int d, int pair, long from_centre) {
  const direct::Number two_fifths = direct::Number(4L) / direct::Number(10L);
  const direct::Number size(static_cast<long>(d));
  const direct::Number zeta =
      (direct::Number(2L * pair) + two_fifths * size) / ((direct::Number(1L) + two_fifths) * size);
  const direct::Number power = direct::Number(from_centre) / direct::Number(base);
  return mpfr_get_d(direct::apply(mpfr_pow, zeta, power).get(), MPFR_RNDN);
}

TEST(Xpos, IsOneInTheMiddleOfTheSequence) {
  for (int pair = 0; pair < 32; ++pair) EXPECT_EQ(xpos_scale({}, 64, pair, 0), 1);
}

// Pair 0 has 0.4/1.4 = 2/7 whatever the head's size.
TEST(Xpos, PairZeroGoesByTwoSevenths) {
  for (const int d : {2, 64, 128}) {
    EXPECT_DOUBLE_EQ(xpos_scale({512}, d, 0, 512), 2.0 / 7);
    EXPECT_DOUBLE_EQ(xpos_scale({512}, d, 0, -1024), 49.0 / 4);
  }
  EXPECT_DOUBLE_EQ(xpos_scale({512}, 64, 31, 512), (62 + 0.4 * 64) / (1.4 * 64));
}

TEST(Xpos, IsCorrectlyRounded) {
  for (const int d : {2, 32, 80, 128}) {
    for (int pair = 0; pair < d / 2; pair += 3) {
      for (const long from : {-131072L, -4096L, -513L, -1L, 1L, 2L, 511L, 65537L, 1048576L}) {
        ASSERT_EQ(xpos_scale({512}, d, pair, from), direct_scale(512, d, pair, from))
            << d << " " << pair << " " << from;
      }
    }
  }
}

// 3/4: 3^34 has 54 bits and is odd, so its last bit is a tie, which goes to the even neighbour.
TEST(Xpos, RoundsTiesToEven) {
  ASSERT_EQ(xpos_scale({512}, 280, 91, 512), 0.75);
  const auto power = std::uint64_t{16677181699666569};  // 3^34
  const double expected = std::ldexp(static_cast<double>(power), -68);
  EXPECT_EQ(xpos_scale({512}, 280, 91, std::int64_t{34} * 512), expected);
  EXPECT_EQ(xpos_scale({1}, 280, 91, 34), expected);
}

TEST(Xpos, LeavesBinary64AtItsEnds) {
  EXPECT_EQ(xpos_scale({1}, 64, 0, 1 << 20), 0);
  EXPECT_EQ(xpos_scale({1}, 64, 0, -(1 << 20)), std::numeric_limits<double>::infinity());
}

// Scores of q at p and k at r have ζ^((p - r)/b), whatever the middle.
TEST(Xpos, OnlyDistancesCountInScores) {
  for (const std::int64_t centre : {0, 512, 4096}) {
    const double q = xpos_scale({512}, 128, 5, 3000 - centre), k = xpos_scale({512}, 128, 5, 1000 - centre);
    EXPECT_NEAR(q / k, xpos_scale({512}, 128, 5, 2000), 1e-15);
  }
}

TEST(Xpos, ReachEndsWhereANormalNumberDoes) {
  for (const DType dtype : tensor_dtypes) {
    for (const double base : {512.0, 32.0}) {
      const std::int64_t reach = xpos_reach({base}, dtype);
      const double smallest = std::ldexp(1.0, format(dtype).min_exponent);
      EXPECT_GE(xpos_scale({base}, 128, 0, reach), smallest) << name(dtype);
      EXPECT_LT(xpos_scale({base}, 128, 0, reach + 1), smallest) << name(dtype);
      EXPECT_LE(xpos_scale({base}, 128, 0, -reach), 1 / smallest) << name(dtype);
    }
  }
  EXPECT_EQ(xpos_reach({512}, DType::f16), 3966);   // 512 · 14 ln 2/ln 3.5
  EXPECT_EQ(xpos_reach({512}, DType::f32), 35694);  // 512 · 126 ln 2/ln 3.5
}

TEST(Xpos, RefusesWhatIsNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(xpos_scale({nan}, 64, 0, 1), std::invalid_argument);
  EXPECT_THROW(xpos_scale({0.5}, 64, 0, 1), std::invalid_argument);
  EXPECT_THROW(xpos_scale({512}, 63, 0, 1), std::invalid_argument);
  EXPECT_THROW(xpos_scale({512}, 64, 32, 1), std::invalid_argument);
  EXPECT_THROW(xpos_scale({512}, 64, -1, 1), std::invalid_argument);
  EXPECT_THROW(xpos_scale({512}, 64, 0, (std::int64_t{1} << 40) + 1), std::invalid_argument);
  EXPECT_THROW(xpos_reach({nan}, DType::f32), std::invalid_argument);
}

}  // namespace
}  // namespace rope
