// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// multi-axis on kernels that read the axes in other ways: each must be seen and, where it is a known slip, named.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "conformance/checks/axis_maps.hpp"
#include "conformance/testing/judged_property.hpp"
#include "fixtures/fingerprint.hpp"
#include "rope_impl.h"

namespace rope::conformance {
namespace {

using reports::Verdict;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Right for the frequencies of any request.
RotateAnswer rotate_by_its_own(const RotateRequest& request) {
  return rotate_synthetically(request, fixtures::rounded_inv_freq(request.spec), {});
}

Rotate reading_axes(const std::function<void(RotateRequest&)>& change) {
  return [change](const RotateRequest& request) {
    RotateRequest read = request;
    if (!read.pair_axis.empty()) change(read);
    return rotate_by_its_own(read);
  };
}

void expect_named(const Rotate& rotate, const char* id) {
  for (const Setting& setting : every_setting()) {
    const reports::Case result = judged(multi_axis, rotate, setting);
    EXPECT_EQ(result.verdict, Verdict::fail) << name(setting.dtype);
    EXPECT_THAT(result.message, AllOf(HasSubstr("as if "), HasSubstr(std::string("(") + id + ")")));
  }
}

TEST(MultiAxis, PassesWhatIsRight) {
  for (const Setting& setting : every_setting()) {
    const reports::Case result = judged(multi_axis, rotate_by_its_own, setting);
    EXPECT_EQ(result.verdict, Verdict::pass) << name(setting.dtype) << " " << result.message;
    EXPECT_GT(result.cells, 10000U);
  }
}

TEST(MultiAxis, HeightAndWidthExchangedAreNamed) {
  expect_named(reading_axes([](RotateRequest& request) {
                 const bool two = request.axes() == 2;
                 for (std::uint32_t& axis : request.pair_axis) axis = two ? 1 - axis : axis == 0 ? 0 : 3 - axis;
               }),
               "axes-swapped");
}

TEST(MultiAxis, ASlipWithOneNumberOfAxesIsNamed) {
  const auto swapped_with = [](std::size_t axes) {
    return reading_axes([axes](RotateRequest& request) {
      if (request.axes() != axes) return;
      const auto last_two = static_cast<std::uint32_t>(2 * axes - 3);
      for (std::uint32_t& axis : request.pair_axis) axis = axis + 2 < axes ? axis : last_two - axis;
    });
  };
  for (const std::size_t axes : {std::size_t{2}, std::size_t{3}}) {
    expect_named(swapped_with(axes), "axes-swapped");
    EXPECT_THAT(judged(multi_axis, swapped_with(axes)).message, HasSubstr(fmt::format(", with {} axes", axes)));
  }
  // Two slips, one for each number of axes, are no single one.
  const Rotate one_each = reading_axes([](RotateRequest& request) {
    if (request.axes() == 2) {
      for (std::uint32_t& axis : request.pair_axis) axis = 1 - axis;
    } else {
      std::sort(request.pair_axis.begin(), request.pair_axis.end());
    }
  });
  const reports::Case two = judged(multi_axis, one_each);
  EXPECT_EQ(two.verdict, Verdict::fail);
  EXPECT_THAT(two.message, Not(HasSubstr("as if")));
}

TEST(MultiAxis, AModelWithFourAxesIsAskedOnEach) {
  fixtures::Fixture four = partial_fixture();
  four.spec.axes = PositionAxes{AxisOrder::sections, {2, 2, 2, 2}};
  const auto judged_with = [&](const Rotate& rotate) {
    const Judge judge(four, DType::f32, std::nullopt);
    Probe probe{rotate, four, judge};
    probe.description = &claims_everything();
    return multi_axis(probe);
  };
  const reports::Case right = judged_with(rotate_by_its_own);
  EXPECT_EQ(right.verdict, Verdict::pass) << right.message;
  const reports::Case swapped = judged_with(reading_axes([](RotateRequest& request) {
    if (request.axes() != 4) return;
    for (std::uint32_t& axis : request.pair_axis) axis = axis < 2 ? axis : 5 - axis;
  }));
  EXPECT_EQ(swapped.verdict, Verdict::fail);
  EXPECT_THAT(swapped.message, HasSubstr("the model's own axes"));
  EXPECT_THAT(swapped.message, HasSubstr("(axes-swapped)"));
}

TEST(MultiAxis, TurnsReadAsBandsAreNamed) {
  expect_named(
      reading_axes([](RotateRequest& request) { std::sort(request.pair_axis.begin(), request.pair_axis.end()); }),
      "axes-in-bands");
}

TEST(MultiAxis, BandsReadAsTurnsAreNamed) {
  expect_named(reading_axes([](RotateRequest& request) {
                 // Pair j is axis j mod A's until that has all its pairs; what is left is axis 0's.
                 const auto axes = static_cast<std::uint32_t>(request.axes());
                 std::vector<std::uint32_t> left(axes);
                 for (const std::uint32_t axis : request.pair_axis) ++left[axis];
                 std::uint32_t pair = 0;
                 for (std::uint32_t& axis : request.pair_axis) {
                   const std::uint32_t turn = pair++ % axes;
                   axis = left[turn] > 0 && turn != 0 ? turn : 0;
                   if (axis != 0) --left[axis];
                 }
               }),
               "axes-in-turns");
}

TEST(MultiAxis, TheFirstAxisAloneIsNamed) {
  expect_named(reading_axes([](RotateRequest& request) {
                 request.positions.resize(request.positions.size() / request.axes());
                 std::fill(request.pair_axis.begin(), request.pair_axis.end(), 0U);
               }),
               "axes-ignored");
}

TEST(MultiAxis, AnAxisThatTakesAnotherOnesPositionIsNamed) {
  // Width takes the height's, and of two axes the first the second's.
  const Rotate merging = reading_axes([](RotateRequest& request) {
    const bool two = request.axes() == 2;
    for (std::uint32_t& axis : request.pair_axis) axis = two ? 1 : std::min(axis, 1U);
  });
  expect_named(merging, "two-axes-as-one");
  EXPECT_THAT(judged(multi_axis, merging).message, HasSubstr("of 3 axes the third takes the second's position"));
}

TEST(MultiAxis, AnotherMapIsSeenAndNotNamed) {
  const Rotate reversed =
      reading_axes([](RotateRequest& request) { std::reverse(request.pair_axis.begin(), request.pair_axis.end()); });
  for (const Setting& setting : every_setting()) {
    const reports::Case result = judged(multi_axis, reversed, setting);
    EXPECT_EQ(result.verdict, Verdict::fail);
    EXPECT_THAT(result.message, AllOf(HasSubstr("not rotated by the position of its axis"), Not(HasSubstr("as if"))));
  }
}

TEST(MultiAxis, EachWayOfAskingIsSeen) {
  const auto only = [](const std::function<bool(const RotateRequest&)>& where) {
    return [=](const RotateRequest& request) {
      RotateRequest read = request;
      if (!read.pair_axis.empty() && where(read)) {
        for (std::int64_t& position : read.positions) position = std::max<std::int64_t>(0, position - 1);
      }
      return rotate_by_its_own(read);
    };
  };
  const auto backward = [](const RotateRequest& request) { return request.direction == Direction::backward; };
  const auto given = [](const RotateRequest& request) {
    return std::holds_alternative<GivenFamily>(request.spec.family);
  };
  // The axes agree in text; in pictures the first row begins at 0 on each axis and the positions differ.
  const auto text = [](const RotateRequest& request) {
    const auto tokens = static_cast<std::ptrdiff_t>(request.positions.size() / request.axes());
    return std::equal(request.positions.begin(), request.positions.begin() + tokens,
                      request.positions.begin() + tokens);
  };
  const auto pictures = [&](const RotateRequest& request) {
    return !text(request) && request.positions.front() == 0 && !given(request);
  };
  expect_failure(multi_axis, only(backward), "any positions, backward");
  expect_failure(multi_axis, only(given), "with its frequencies");
  expect_failure(multi_axis, only(text), ", text");
  expect_failure(multi_axis, only(pictures), ", pictures");
}

TEST(MultiAxis, AnAxisThatMovesAnotherAxisPairsIsSeenBitByBit) {
  // The last bit of pairs that the third axis does not turn, changed where that axis is somewhere else.
  const Rotate leaking = [](const RotateRequest& request) {
    const Spoil last_bit = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& asked) {
      if (asked.axes() != 3 || at.pair < 0 || asked.pair_axis[static_cast<std::size_t>(at.pair)] == 2) return right;
      const std::int64_t first = asked.positions[at.token];
      const std::int64_t third = asked.positions[asked.positions.size() / 3 * 2 + at.token];
      // Where all axes agree it is as a plain call, so that only another place of that axis shows it.
      return right ^ static_cast<std::uint32_t>(third == first ? 0 : third & 1);
    };
    return rotate_synthetically(request, fixtures::rounded_inv_freq(request.spec), last_bit);
  };
  Setting setting;
  EXPECT_EQ(judged(multi_axis, leaking, setting).verdict, Verdict::warning);
  setting.bits_required = true;
  const reports::Case required = judged(multi_axis, leaking, setting);
  EXPECT_EQ(required.verdict, Verdict::fail);
  EXPECT_THAT(required.message, HasSubstr("bits differ"));
}

TEST(MultiAxis, WithoutAxesItIsUnsupported) {
  Description description = claims_everything();
  description.name = "one-axis";
  description.position_kinds &= ~ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_AXES);
  Setting setting;
  setting.description = &description;
  const reports::Case result = judged(multi_axis, rotate_by_its_own, setting);
  EXPECT_EQ(result.verdict, Verdict::unsupported);
  EXPECT_THAT(result.message, HasSubstr("one-axis does not claim them"));
}

TEST(MultiAxis, WhatIsRefusedIsNamedAndTheRestJudged) {
  const Rotate refusing_frequencies = [](const RotateRequest& request) {
    if (!std::holds_alternative<GivenFamily>(request.spec.family)) return rotate_by_its_own(request);
    RotateAnswer refusal;
    refusal.status = RotateAnswer::Status::unsupported;
    refusal.message = "parametric alone";
    return refusal;
  };
  const reports::Case result = judged(multi_axis, refusing_frequencies);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_THAT(result.message, HasSubstr("Qwen ViT with its frequencies, pictures"));
  EXPECT_THAT(result.message, HasSubstr("(parametric alone)"));
}

TEST(AxisMaps, OfPublishedHeads) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = 128;
  spec.theta = 1e6;
  spec.max_position = 32768;
  const auto named = [&](const std::string& wanted) {
    for (const AxisMap& map : axis_maps(spec)) {
      if (map.name == wanted) return map;
    }
    ADD_FAILURE() << wanted;
    return AxisMap{};
  };
  const auto bands = named("Qwen2-VL's bands").of_pair;
  const auto turns = named("Qwen3-VL's turns").of_pair;
  const auto even = named("even and odd pairs").of_pair;
  for (std::size_t pair = 0; pair < 64; ++pair) {
    EXPECT_EQ(bands[pair], pair < 16 ? 0U : pair < 40 ? 1U : 2U) << pair;
    EXPECT_EQ(turns[pair], pair < 60 ? pair % 3 : 0U) << pair;
    EXPECT_EQ(even[pair], pair % 2) << pair;
  }
  // 128 / 6 is 21, and time has what is left of 64 pairs.
  const AxisMap wan = named("Wan");
  EXPECT_EQ(std::count(wan.of_pair.begin(), wan.of_pair.end(), 0U), 22);
  EXPECT_EQ(wan.inv_freq.size(), 64U);
  EXPECT_EQ(wan.inv_freq[22], 1) << "the first of height";
  EXPECT_EQ(axis_maps(spec).size(), 8U);
  spec.axes = PositionAxes{AxisOrder::interleaved, {22, 21, 21}};
  EXPECT_EQ(axis_maps(spec).front().name, "the model's own axes");
  EXPECT_EQ(axis_maps(spec).front().of_pair[63], 0U);
  // Two pairs have two axes at most.
  spec.axes.reset();
  spec.head_dim = spec.rotary_dim = 4;
  for (const AxisMap& map : axis_maps(spec)) EXPECT_EQ(map.axes, 2U) << map.name;
}

}  // namespace
}  // namespace rope::conformance
