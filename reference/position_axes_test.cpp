// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Pair to axis, counted out by hand from the published sections, and angles at distinct positions.
#include "reference/position_axes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "reference/exact.hpp"
#include "reference/spec_of.hpp"

namespace rope {
namespace {

const PositionAxes qwen2_vl{AxisOrder::sections, {16, 24, 24}};
const PositionAxes qwen3_vl{AxisOrder::interleaved, {24, 20, 20}};

TEST(PositionAxes, Qwen2VlHasBands) {
  const std::vector<std::uint32_t> axes = axis_of_each_pair(qwen2_vl, 64);
  for (std::size_t pair = 0; pair < 64; ++pair) EXPECT_EQ(axes[pair], pair < 16 ? 0U : pair < 40 ? 1U : 2U) << pair;
}

TEST(PositionAxes, Qwen3VlHasTurnsOfThreeAndTimeAtTheEnd) {
  // t h w t h w … t h w over pairs 0 to 59, then t four times: 20 + 4 of time.
  const std::vector<std::uint32_t> axes = axis_of_each_pair(qwen3_vl, 64);
  for (std::size_t pair = 0; pair < 60; ++pair) EXPECT_EQ(axes[pair], pair % 3) << pair;
  for (std::size_t pair = 60; pair < 64; ++pair) EXPECT_EQ(axes[pair], 0U) << pair;
}

TEST(PositionAxes, UnevenTurnsEndApart) {
  // Two of height (pairs 1, 4) and one of width (pair 2): pair 5 would be width's, and is time's.
  EXPECT_EQ(axis_of_each_pair({AxisOrder::interleaved, {3, 2, 1}}, 6), (std::vector<std::uint32_t>{0, 1, 2, 0, 1, 0}));
  EXPECT_EQ(axis_of_each_pair({AxisOrder::interleaved, {2, 2}}, 4), (std::vector<std::uint32_t>{0, 1, 0, 1}));
}

/// The angle of a pair of a token at (time, height, width), as a number of its own inverse frequency.
TEST(PositionAxes, AnglesOfATokenInAPicture) {
  constexpr std::int64_t at[] = {3, 5, 7};
  Spec spec = spec_of(128, 1e6);
  for (const PositionAxes& axes : {qwen2_vl, qwen3_vl}) {
    spec.axes = axes;
    ASSERT_EQ(problem(spec), std::nullopt);
    const Exact exact(spec);
    for (int pair = 0; pair < 64; ++pair) {
      const int times = axes == qwen2_vl ? (pair < 16   ? 3
                                            : pair < 40 ? 5
                                                        : 7)
                                         : (pair >= 60      ? 3
                                            : pair % 3 == 0 ? 3
                                            : pair % 3 == 1 ? 5
                                                            : 7);
      // The formula in binary64: angles below 7, a product and a power, each within a few units of 2^-53.
      const double angle = times * std::pow(1e6, -2.0 * pair / 128);
      const auto here = exact.trig(at[axis_of_pair(axes, pair)], pair);
      EXPECT_NEAR(here.cos.value.hi, std::cos(angle), 0x1p-45) << pair;
      EXPECT_NEAR(here.sin.value.hi, std::sin(angle), 0x1p-45) << pair;
    }
  }
}

TEST(PositionAxes, AProblemSaysWhichSections) {
  const auto of = [](AxisOrder order, std::vector<int> sections) {
    Spec spec = spec_of(128, 1e6);
    spec.axes = PositionAxes{order, std::move(sections)};
    return problem(spec).value_or("none");
  };
  using ::testing::HasSubstr;
  EXPECT_EQ(of(AxisOrder::sections, {16, 24, 24}), "none");
  EXPECT_EQ(of(AxisOrder::interleaved, {24, 20, 20}), "none");
  EXPECT_EQ(of(AxisOrder::interleaved, {22, 21, 21}), "none");
  EXPECT_THAT(of(AxisOrder::sections, {16, 24, 25}), HasSubstr("[16, 24, 25], 65 together; expected rotary_dim / 2"));
  EXPECT_THAT(of(AxisOrder::sections, {64}), HasSubstr("2 to 4 of them"));
  EXPECT_THAT(of(AxisOrder::sections, {60, 1, 1, 1, 1}), HasSubstr("2 to 4 of them"));
  EXPECT_THAT(of(AxisOrder::sections, {}), HasSubstr("2 to 4 of them"));
  EXPECT_THAT(of(AxisOrder::sections, {64, 0}), HasSubstr("each 1 to rotary_dim / 2 = 64"));
  EXPECT_THAT(of(AxisOrder::sections, {65, -1}), HasSubstr("each 1 to rotary_dim / 2 = 64"));
  // 22 turns of height need pair 64, which is not there.
  EXPECT_THAT(of(AxisOrder::interleaved, {20, 22, 22}), HasSubstr("axis 0 gets 22 of its 20"));
}

}  // namespace
}  // namespace rope
