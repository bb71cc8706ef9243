// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every way in which axes take other axes' positions, of two, three and four axes: each is named, with who took whose.
#include "conformance/checks/axis_fault.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>

#include "conformance/checks/tokens.hpp"
#include "conformance/testing/judged_property.hpp"

namespace rope::conformance {
namespace {

/// Whose position each axis takes.
using Taken = std::vector<std::uint32_t>;

/// All maps of so many axes, right ones and wrong ones.
std::vector<Taken> all_maps(std::size_t axes) {
  std::vector<Taken> out{{}};
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::vector<Taken> longer;
    for (const Taken& one : out) {
      for (std::uint32_t whose = 0; whose < axes; ++whose) {
        longer.push_back(one);
        longer.back().push_back(whose);
      }
    }
    out = std::move(longer);
  }
  return out;
}

bool reads_fewer(const Taken& taken) {
  return std::set<std::uint32_t>(taken.begin(), taken.end()).size() < taken.size();
}

/// An axis that is read has its own positions.
bool is_a_merge(const Taken& taken) {
  return reads_fewer(taken) &&
         std::all_of(taken.begin(), taken.end(), [&](std::uint32_t whose) { return taken[whose] == whose; });
}

bool is_the_first_alone(const Taken& taken) {
  return std::all_of(taken.begin(), taken.end(), [](std::uint32_t whose) { return whose == 0; });
}

/// What a kernel does with each number of axes; all others it reads as they are.
using Kernel = std::map<std::size_t, Taken>;

/// In bands and in turns, at two rows of 16 positions, another draw for each axis.
std::optional<AxisFault> named(const Kernel& kernel, DType dtype = DType::f32) {
  const fixtures::Fixture& fixture = partial_fixture();
  const Judge judge(fixture, dtype, std::nullopt);
  Probe probe{rotate_rightly, fixture, judge};
  probe.dtype = dtype;
  const Truth truth(fixture.spec, dtype, std::nullopt);
  std::vector<AskedAxes> calls;
  for (std::uint32_t axes = 2; axes <= 4; ++axes) {
    for (const bool in_turns : {false, true}) {
      RotateRequest request = request_for(probe, random_tokens(probe, "axis fault", any_positions(probe, 2, 16)), 2);
      const auto pairs = static_cast<std::uint32_t>(fixture.spec.pairs());
      for (std::uint32_t pair = 0; pair < pairs; ++pair) {
        request.pair_axis.push_back(in_turns ? pair % axes : pair * axes / pairs);
      }
      for (std::int64_t n = 32; n < 32 * axes; ++n) {
        request.positions.push_back((n * 2741 + n / 32 * 977) % fixture.spec.max_position);
      }
      RotateRequest read = request;
      if (const auto it = kernel.find(axes); it != kernel.end()) {
        for (std::uint32_t& axis : read.pair_axis) axis = it->second[axis];
      }
      calls.push_back({request, rotate_rightly(read)});
    }
  }
  return name_axis_fault(probe, truth, calls);
}

TEST(AxisFault, NothingIsNamedWhereNothingIsWrong) {
  EXPECT_FALSE(named({}));
}

TEST(AxisFault, EachMergeIsNamedAndNothingElseThatReadsFewer) {
  std::map<std::size_t, std::size_t> merges;
  std::set<std::string> sentences;
  for (std::size_t axes = 2; axes <= 4; ++axes) {
    for (const Taken& taken : all_maps(axes)) {
      if (!reads_fewer(taken)) continue;
      const std::string map = fmt::format("[{}]", fmt::join(taken, ", "));
      const auto fault = named({{axes, taken}});
      if (!is_a_merge(taken)) {
        EXPECT_FALSE(fault) << map << " " << fault->id;
        continue;
      }
      ++merges[axes];
      ASSERT_TRUE(fault) << map;
      EXPECT_EQ(fault->id, is_the_first_alone(taken) ? "axes-ignored" : "two-axes-as-one") << map;
      EXPECT_TRUE(sentences.insert(fault->sentence).second) << fault->sentence << " twice";
    }
  }
  EXPECT_EQ(merges, (std::map<std::size_t, std::size_t>{{2, 2}, {3, 9}, {4, 40}}));
}

TEST(AxisFault, TheSentenceSaysWhichTookWhose) {
  for (const DType dtype : tensor_dtypes) {
    const auto says = [&](const Kernel& kernel) {
      const auto fault = named(kernel, dtype);
      return fault ? fault->sentence + " (" + fault->id + ")" : "nothing";
    };
    EXPECT_EQ(says({{2, {1, 1}}}), "of 2 axes the first takes the second's position (two-axes-as-one)");
    EXPECT_EQ(says({{3, {0, 1, 1}}}), "of 3 axes the third takes the second's position (two-axes-as-one)");
    EXPECT_EQ(says({{3, {0, 0, 2}}}), "of 3 axes the second takes the first's position (two-axes-as-one)");
    EXPECT_EQ(says({{4, {3, 1, 1, 3}}}),
              "of 4 axes the first takes the fourth's position and the third takes the second's position "
              "(two-axes-as-one)");
    // The last takes the one before, whatever their number: with two that is the first for both.
    EXPECT_EQ(says({{2, {0, 0}}, {3, {0, 1, 1}}}),
              "of 2 axes the second takes the first's position, and of 3 axes the third takes the second's position "
              "(two-axes-as-one)");
    // Has a name of its own, whatever the number.
    EXPECT_EQ(says({{2, {0, 0}}}), "every pair takes the position of the first axis, with 2 axes (axes-ignored)");
    EXPECT_EQ(says({{2, {0, 0}}, {3, {0, 0, 0}}, {4, {0, 0, 0, 0}}}),
              "every pair takes the position of the first axis (axes-ignored)");
  }
}

TEST(AxisFault, AMergeBesideAnotherSlipIsNoSingleOne) {
  EXPECT_FALSE(named({{2, {1, 0}}, {3, {0, 1, 1}}}));
  EXPECT_FALSE(named({{3, {0, 1, 1}}, {4, {0, 1, 3, 2}}}));
  EXPECT_FALSE(named({{3, {1, 2, 0}}})) << "each axis is read, only elsewhere";
}

}  // namespace
}  // namespace rope::conformance
