// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rounds, medians, quartiles and ratios; which rows a round looks at; that a wrong value of a certified method is seen.
#include "reference/bench/measure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <stdexcept>

namespace rope::bench {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

TEST(Spread, OfOneNumberIsThatNumber) {
  const Spread one = spread_of({7});
  EXPECT_EQ(one.median, 7);
  EXPECT_EQ(one.lower_quartile, 7);
  EXPECT_EQ(one.upper_quartile, 7);
}

TEST(Spread, QuartilesLieBetweenOrderStatistics) {
  const Spread five = spread_of({50, 10, 40, 20, 30});
  EXPECT_EQ(five.smallest, 10);
  EXPECT_EQ(five.lower_quartile, 20);
  EXPECT_EQ(five.median, 30);
  EXPECT_EQ(five.upper_quartile, 40);
  EXPECT_EQ(five.largest, 50);
  const Spread four = spread_of({4, 1, 3, 2});
  EXPECT_EQ(four.median, 2.5);
  EXPECT_EQ(four.lower_quartile, 1.75);
  EXPECT_EQ(four.upper_quartile, 3.25);
}

// A disturbance of one round moves neither the ratio of medians nor, where it hit both, the ratio of that round.
TEST(Ratio, IsOfMediansAndItsSpreadOfRounds) {
  const Ratio ratio = ratio_of({20, 2000, 30}, {10, 1000, 10});
  EXPECT_EQ(ratio.of_medians, 3);
  EXPECT_EQ(ratio.within_rounds.median, 2);
  EXPECT_EQ(ratio.within_rounds.smallest, 2);
  EXPECT_EQ(ratio.within_rounds.largest, 3);
}

TEST(SampledPositions, AreAllOfThemWhereAllAreWanted) {
  EXPECT_THAT(sampled_positions(5, 5, 2, 3), ElementsAre(0, 1, 2, 3, 4));
}

TEST(SampledPositions, LieInEveryPartAndMoveWithTheRound) {
  EXPECT_THAT(sampled_positions(1000, 4, 0, 5), ElementsAre(0, 250, 500, 750));
  EXPECT_THAT(sampled_positions(1000, 4, 4, 5), ElementsAre(200, 450, 700, 950));
  std::set<std::int64_t> seen;
  for (int round = 0; round < 11; ++round) {
    for (const std::int64_t p : sampled_positions(131071, 64, round, 11)) {
      EXPECT_GE(p, 0);
      EXPECT_LT(p, 131071);
      seen.insert(p);
    }
  }
  EXPECT_THAT(seen, SizeIs(64 * 11));
}

TEST(InParts, EveryRowOnceForAnyCountOfThreads) {
  for (const int threads : {1, 2, 3, 8, 100}) {
    std::vector<std::atomic<int>> times(37);
    in_parts(threads, times.size(), [&](std::size_t from, std::size_t count) {
      for (std::size_t i = from; i < from + count; ++i) ++times[i];
    });
    for (const auto& n : times) EXPECT_EQ(n, 1) << threads;
  }
}

TEST(InParts, WhatAThreadThrowsArrives) {
  EXPECT_THAT(([] {
                in_parts(3, 9, [](std::size_t from, std::size_t) {
                  if (from != 0) throw std::runtime_error("from a thread");
                });
              }),
              ThrowsMessage<std::runtime_error>("from a thread"));
}

class Rounds : public ::testing::Test {
 protected:
  Rounds() {
    request_.positions = 16;
    request_.rounds = 4;
    const auto values = static_cast<std::size_t>(request_.positions) * pairs;
    out_.cos.assign(values, 0);
    out_.sin.assign(values, 0);
    for (std::size_t i = 0; i < values; ++i) {
      truth_.cos.push_back(static_cast<float>(i));
      truth_.sin.push_back(-static_cast<float>(i));
    }
  }

  Method method(std::size_t rows, bool certified, float cos_shift, std::vector<std::vector<std::int64_t>>& seen) {
    Method out = baseline("b", "title", rows, request_, 1, out_,
                          [=, this, &seen](std::span<const std::int64_t> positions, float* cos, float* sin) {
                            seen.emplace_back(positions.begin(), positions.end());
                            for (const std::int64_t p : positions) {
                              for (std::size_t i = 0; i < pairs; ++i) {
                                const std::size_t at = static_cast<std::size_t>(p) * pairs + i;
                                *cos++ = truth_.cos[at] + cos_shift;
                                *sin++ = truth_.sin[at];
                              }
                            }
                          });
    out.certified = certified;
    return out;
  }

  Request request_;
  Outputs out_;
  Truth truth_;
};

TEST_F(Rounds, EachMethodOnceARoundAndOneRoundToWarmUp) {
  std::vector<std::vector<std::int64_t>> a;
  std::vector<std::vector<std::int64_t>> b;
  const std::vector<Method> methods{method(16, true, 0, a), method(4, false, 0, b)};
  std::vector<int> told;
  const auto results = measure(methods, request_, out_, truth_, [&](int round) { told.push_back(round); });
  EXPECT_THAT(told, ElementsAre(-1, 0, 1, 2, 3));
  EXPECT_THAT(a, SizeIs(5));
  EXPECT_THAT(b, SizeIs(5));
  EXPECT_THAT(a, Each(SizeIs(16)));
  EXPECT_THAT(b, Each(SizeIs(4)));
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_THAT(results[1].ns_per_pair, SizeIs(4));
  EXPECT_EQ(results[0].compared, 4U * 2 * 16 * pairs);
  EXPECT_EQ(results[1].compared, 4U * 2 * 4 * pairs);
  EXPECT_EQ(results[0].different + results[1].different, 0U);
}

TEST_F(Rounds, MoreRowsThanPositionsAreAllPositions) {
  std::vector<std::vector<std::int64_t>> seen;
  EXPECT_EQ(method(1000, false, 0, seen).rows, 16U);
}

TEST_F(Rounds, WrongValuesAreCountedAndNoCertifiedMethodMayHaveOne) {
  std::vector<std::vector<std::int64_t>> seen;
  const auto run = [&](bool certified) {
    return measure({method(4, certified, 0.5F, seen)}, request_, out_, truth_, [](int) {});
  };
  EXPECT_EQ(run(false)[0].different, 4U * 4 * pairs);
  EXPECT_THAT([&] { run(true); }, ThrowsMessage<std::runtime_error>(HasSubstr("one of them is wrong")));
}

}  // namespace
}  // namespace rope::bench
