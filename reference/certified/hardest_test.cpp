// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The search to 2^24 against results that another program found before.
#include <gtest/gtest.h>

#include <string>

#include "reference/certified/hard_cases.hpp"
#include "reference/certified/test_specs.hpp"

namespace rope {
namespace {

struct Known {
  double theta;
  bool sine;
  std::int64_t position;
  int pair;
  double distance;  ///< to two digits
};

class To2To24 : public testing::TestWithParam<Known> {};

TEST_P(To2To24, TheHardestOfFp32IsTheKnownOne) {
  const Known& known = GetParam();
  const auto found = hardest(spec_of(128, known.theta), (std::int64_t{1} << 24) + 1, DType::f32, 2, 2);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].position, known.position);
  EXPECT_EQ(found[0].pair, known.pair);
  EXPECT_EQ(found[0].sine, known.sine);
  EXPECT_NEAR(found[0].distance, known.distance, 0.05e-10);
  EXPECT_GT(found[1].distance, found[0].distance);
}

INSTANTIATE_TEST_SUITE_P(Hardest, To2To24,
                         testing::Values(Known{1e4, true, 10461481, 26, 1.6e-10},
                                         Known{5e5, true, 3681610, 18, 2.3e-10},
                                         Known{1e7, false, 4877199, 41, 2.5e-10}),
                         [](const auto& known) {
                           return "theta_" + std::to_string(static_cast<int>(known.param.theta));
                         });

}  // namespace
}  // namespace rope
