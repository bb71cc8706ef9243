// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Percentiles, parts appended, and elements' values for every bit pattern.
#include "conformance/exhaustive/sweep_accuracy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "conformance/exhaustive/element_value.hpp"
#include "reference/dtype.hpp"

namespace rope::conformance {
namespace {

TEST(UlpHistogram, PercentilesAreBinEdgesAtMostAnEighthAbove) {
  UlpHistogram histogram;
  std::vector<double> errors;
  for (int n = 1; n <= 10000; ++n) errors.push_back(0.001 * n);
  for (const double error : errors) histogram.add(error);
  EXPECT_EQ(histogram.count(), 10000U);
  for (const double share : {0.01, 0.5, 0.9, 0.99, 0.9999, 1.0}) {
    const double exact = errors[static_cast<std::size_t>(std::ceil(share * 10000)) - 1];
    const double found = histogram.percentile(share);
    EXPECT_GE(found, exact) << share;
    EXPECT_LE(found, exact * 1.125) << share;
  }
}

TEST(UlpHistogram, AnErrorOnAnEdgeCountsBelowIt) {
  UlpHistogram histogram;
  for (const double error : {0.0, 0.25, 0.5, std::nextafter(0.5, 1.0), 1.0, 2.0}) histogram.add(error);
  EXPECT_EQ(histogram.at_most(-1), 3U);
  EXPECT_EQ(histogram.at_most(0), 5U);
  EXPECT_EQ(histogram.at_most(1), 6U);
  EXPECT_EQ(histogram.percentile(0.5), 0.5);
}

TEST(UlpHistogram, WhatIsNoNumberIsBeyondEveryEdge) {
  UlpHistogram histogram;
  histogram.add(std::numeric_limits<double>::quiet_NaN());
  histogram.add(std::numeric_limits<double>::infinity());
  histogram.add(1e300);
  EXPECT_EQ(histogram.at_most(39), 0U);
  EXPECT_EQ(histogram.percentile(0.5), HUGE_VAL);
  EXPECT_EQ(UlpHistogram().percentile(0.5), 0);
}

SweepAccuracy with(std::int64_t position, int pair, double ratio) {
  SweepAccuracy one;
  one.cells = 1;
  one.worst_equal.emplace();
  one.worst_equal->position = position;
  one.worst_equal->pair = pair;
  one.worst_equal->ratio = one.equal_ratio = ratio;
  one.first_failure = position;
  return one;
}

TEST(SweepAccuracy, AppendKeepsTheLargerAndOfEqualOnesTheFirst) {
  SweepAccuracy all = with(5, 3, 0.5);
  all.append(with(9, 0, 0.5));
  EXPECT_EQ(all.worst_equal->position, 5);
  all.append(with(10, 1, 0.75));
  EXPECT_EQ(all.worst_equal->position, 10);
  all.append(with(2, 1, 0.75));
  EXPECT_EQ(all.worst_equal->position, 10);
  EXPECT_EQ(all.first_failure, 2);
  EXPECT_EQ(all.cells, 4U);
}

template <DType dtype>
void expect_every_value() {
  const std::uint64_t patterns = dtype == DType::f32 ? 0x1'0000'0000ULL : 0x1'0000ULL;
  // Every pattern of a 16-bit format; of fp32 steps that meet every exponent and both ends of it.
  const std::uint64_t step = dtype == DType::f32 ? 0x7FFF1 : 1;
  for (std::uint64_t bits = 0; bits < patterns; bits += step) {
    const double expected = to_double(dtype, bits);
    const double found = element_value<dtype>(static_cast<std::uint32_t>(bits));
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(found)) << bits;
      continue;
    }
    ASSERT_EQ(found, expected) << bits;
    ASSERT_EQ(std::signbit(found), std::signbit(expected)) << bits;
    if (std::isinf(expected)) continue;
    const HalfGaps gaps = half_gaps<dtype>(static_cast<std::uint32_t>(bits));
    const double gap = ulp(dtype, expected);
    ASSERT_EQ(gaps.larger, gap / 2) << bits;
    ASSERT_TRUE(gaps.smaller == gap / 2 || gaps.smaller == gap / 4) << bits;
    const double below = std::nextafter(std::fabs(expected), 0.0);
    if (expected != 0 && std::fabs(expected) > 2 * gap) {
      // The distance to the number below is that of its own binade.
      ASSERT_LE(gaps.smaller, ulp(dtype, below) / 2) << bits;
      if (std::fabs(expected) > std::ldexp(1.0, format(dtype).min_exponent)) {
        ASSERT_EQ(gaps.smaller, ulp(dtype, below) / 2) << bits;
      }
    }
  }
}

TEST(ElementValue, IsWhatTheReferenceSaysForEveryPattern) {
  expect_every_value<DType::f16>();
  expect_every_value<DType::bf16>();
  expect_every_value<DType::f32>();
}

}  // namespace
}  // namespace rope::conformance
