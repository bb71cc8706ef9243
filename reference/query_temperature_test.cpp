// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Against MPFR's own log1p, and by hand.
#include "reference/query_temperature.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "reference/direct_mpfr.hpp"

namespace rope {
namespace {

double direct_factor(double slope, long steps) {
  const direct::Number ln = direct::apply(mpfr_log1p, direct::Number(steps));
  const direct::Number one(1L);
  const direct::Number factor = one + direct::Number(slope) * ln;
  return mpfr_get_d(factor.get(), MPFR_RNDN);
}

TEST(QueryTemperature, IsOneWithinTheFirstLength) {
  const QueryTemperature ministral{0.1, 16384, 0};
  for (const std::int64_t position : {0, 1, 16383}) EXPECT_EQ(query_temperature(ministral, position), 1);
  EXPECT_DOUBLE_EQ(query_temperature(ministral, 16384), 1 + 0.1 * std::log(2));
  EXPECT_EQ(query_temperature(ministral, 32767), query_temperature(ministral, 16384));
  EXPECT_DOUBLE_EQ(query_temperature(ministral, 262143), 1 + 0.1 * std::log(16));
}

// Llama 4 counts from 1: the last position of the first length has the second factor.
TEST(QueryTemperature, ComesOnePositionEarlierInLlama4) {
  const QueryTemperature llama4{0.1, 8192, 1};
  EXPECT_EQ(query_temperature(llama4, 8190), 1);
  EXPECT_DOUBLE_EQ(query_temperature(llama4, 8191), 1 + 0.1 * std::log(2));
}

TEST(QueryTemperature, IsCorrectlyRounded) {
  for (const double slope : {0.1, -0.3, 1.0, 1e-12, 7e5}) {
    for (long steps = 1; steps < 3000; steps += 7) {
      ASSERT_EQ(query_temperature({slope, 64, 0}, 64 * std::int64_t{steps} + 5), direct_factor(slope, steps))
          << slope << " " << steps;
    }
    const std::int64_t far = (std::int64_t{1} << 60) - 1;
    EXPECT_EQ(query_temperature({slope, 1, 0}, far), direct_factor(slope, static_cast<long>(far))) << slope;
  }
}

TEST(QueryTemperature, RefusesWhatIsNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(query_temperature({nan, 16, 0}, 1), std::invalid_argument);
  EXPECT_THROW(query_temperature({0.1, 0, 0}, 1), std::invalid_argument);
  EXPECT_THROW(query_temperature({0.1, 16, -1}, 1), std::invalid_argument);
  EXPECT_THROW(query_temperature({0.1, 16, 0}, -1), std::invalid_argument);
  EXPECT_THROW(query_temperature({0.1, 16, 0}, std::int64_t{1} << 60), std::invalid_argument);
}

}  // namespace
}  // namespace rope
