// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The checks that compute what they expect, scaled, transposed or from the certified truth: each must see what is wrong
// and say where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "conformance/checks/must_support.hpp"
#include "conformance/testing/judged_property.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(BackwardAdjoint, TheWrongSignIsSeen) {
  expect_failure(backward_adjoint, reading([](RotateRequest& request) { request.direction = Direction::forward; }),
                 "backward is not the transpose of forward");
}

TEST(BackwardAdjoint, MovingBeforeMultiplyingIsSeenOnUnevenTables) {
  // Right for every rotation: forward with the sine negated, which takes each sine from the other column.
  const Rotate rolls_first = [](const RotateRequest& request) {
    RotateRequest read = request;
    if (request.direction == Direction::backward && request.arrangement.form.uneven_halves) {
      read.direction = Direction::forward;
      for (std::int64_t& p : read.positions) p = -p;
    }
    return rotate_rightly(read);
  };
  expect_failure(backward_adjoint, rolls_first, "uneven halves");
}

TEST(BackwardAdjoint, WithoutABackwardItIsUnsupported) {
  const auto forward_only = [](const RotateRequest& request) { return request.direction == Direction::backward; };
  EXPECT_EQ(judged(backward_adjoint, refusing(forward_only, "forward only")).verdict, Verdict::unsupported);
}

TEST(PowerOfTwoScaling, OutputsThatAreClampedAreSeen) {
  const Spoil clamps = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    if (at.pair < 0) return right;
    return static_cast<std::uint32_t>(
        round_to_bits(request.dtype, std::clamp(to_double(request.dtype, right), -8.0, 8.0)));
  };
  for (const Setting& setting : every_setting()) {
    const reports::Case result = judged(power_of_two_scaling, clamps, setting);
    EXPECT_EQ(result.verdict, Verdict::fail) << name(setting.dtype);
    EXPECT_THAT(result.message, HasSubstr("inputs times 2^6"));
  }
}

TEST(PowerOfTwoScaling, OneOtherBitIsAFindingWhereBitsAreRequired) {
  // The last bit of large outputs: far inside the bound.
  const Spoil last_bit = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    return at.pair >= 0 && std::abs(to_double(request.dtype, right)) > 2 ? right ^ 1U : right;
  };
  Setting setting;
  EXPECT_EQ(judged(power_of_two_scaling, last_bit, setting).verdict, Verdict::warning);
  setting.bits_required = true;
  EXPECT_EQ(judged(power_of_two_scaling, last_bit, setting).verdict, Verdict::fail);
}

TEST(HeadSizes, OneSizeAloneIsSeen) {
  const Spoil no_tail = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    // Whole vectors of four pairs only.
    return at.pair >= request.spec.pairs() / 4 * 4 ? input_at(request, at) : right;
  };
  for (const Setting& setting : every_setting()) {
    const reports::Case result = judged(head_sizes, no_tail, setting);
    EXPECT_EQ(result.verdict, Verdict::fail) << name(setting.dtype);
    EXPECT_THAT(result.message, HasSubstr("head_dim "));
  }
}

TEST(HeadSizes, SizesThatAreRefusedAreNamed) {
  const auto powers_of_two = [](const RotateRequest& request) {
    return (request.spec.rotary_dim & (request.spec.rotary_dim - 1)) != 0;
  };
  const reports::Case some = judged(head_sizes, refusing(powers_of_two, "powers of two only"));
  EXPECT_EQ(some.verdict, Verdict::pass) << some.message;
  EXPECT_THAT(some.message,
              AllOf(HasSubstr("not asked: head_dim 6"), HasSubstr("powers of two only"), HasSubstr("and 27 more")));
  const auto all = [](const RotateRequest&) { return true; };
  EXPECT_EQ(judged(head_sizes, refusing(all, "no")).verdict, Verdict::unsupported);
}

TEST(Combinations, TwoThatAreWrongTogetherOnlyAreSeen) {
  expect_failure(combinations, reading([](RotateRequest& request) {
                   if (request.arrangement.layout == Layout::sbhd && request.direction == Direction::backward) {
                     swap_two_tokens(request);
                   }
                 }),
                 "sbhd");
  expect_failure(combinations, reading([](RotateRequest& request) {
                   if (request.pairing_out && request.query_scale != 1) request.query_scale = 1;
                 }),
                 "the other pairing out");
  expect_failure(combinations, reading([](RotateRequest& request) {
                   if (request.arrangement.form.joined == true && request.arrangement.form.full_width == true) {
                     swap_two_tokens(request);
                   }
                 }),
                 "tables joined full width");
}

TEST(Combinations, WhatIsRefusedByItselfIsNotTriedTogether) {
  std::vector<AskedCombination> seen;
  const auto no_streams = [](const RotateRequest& request) { return request.arrangement.own_stream; };
  const Rotate rotate = refusing(no_streams, "no streams");
  const Judge judge(partial_fixture(), DType::f32, std::nullopt);
  Probe probe{rotate, partial_fixture(), judge};
  probe.description = &claims_everything();
  probe.asked = [&](const AskedCombination& one) { seen.push_back(one); };
  const reports::Case result = combinations(probe);
  EXPECT_EQ(result.verdict, Verdict::pass) << result.message;
  EXPECT_THAT(result.message, HasSubstr("not asked: own stream (no streams)"));
  const auto refused = std::count_if(seen.begin(), seen.end(), [](const auto& one) { return !one.asked; });
  EXPECT_EQ(refused, 1);
  EXPECT_GT(seen.size(), 60U);
}

TEST(Combinations, AxesAndPartialHeadsThatAreRefusedAreNamedAndCostNothingElse) {
  const auto axes = [](const RotateRequest& r) { return !r.pair_axis.empty(); };
  const reports::Case no_axes = judged(combinations, refusing(axes, "one axis"));
  EXPECT_EQ(no_axes.verdict, Verdict::pass) << no_axes.message;
  EXPECT_THAT(no_axes.message, HasSubstr("not asked: plain, Qwen2-VL's bands (one axis)"));
  const auto whole = [](const RotateRequest& r) { return r.spec.rotary_dim == r.spec.head_dim; };
  const reports::Case one_size = judged(combinations, refusing(whole, "one size"));
  EXPECT_EQ(one_size.verdict, Verdict::pass) << one_size.message;
  EXPECT_THAT(one_size.message, HasSubstr("not asked: plain, 16 of 16 rotated (one size)"));
}

TEST(Combinations, AxesReadWrongInOneWayOfAskingAloneAreSeen) {
  const auto first_alone_where = [](bool (*where)(const RotateRequest&)) {
    return reading([where](RotateRequest& request) {
      if (where(request)) std::fill(request.pair_axis.begin(), request.pair_axis.end(), 0U);
    });
  };
  const char* bands = "Qwen2-VL's bands";
  expect_failure(combinations,
                 first_alone_where([](const RotateRequest& r) { return r.arrangement.layout == Layout::thd; }), bands);
  expect_failure(combinations, first_alone_where([](const RotateRequest& r) { return r.arrangement.in_place; }), bands);
  expect_failure(combinations, first_alone_where([](const RotateRequest& r) {
                   return r.arrangement.positions == PositionsAs::token_shared;
                 }),
                 bands);
  expect_failure(combinations,
                 first_alone_where([](const RotateRequest& r) { return r.arrangement.source == AngleSource::tables; }),
                 bands);
}

TEST(Combinations, AModelWithAxesIsAskedForItsOwn) {
  fixtures::Fixture own = partial_fixture();
  own.spec.axes = PositionAxes{AxisOrder::interleaved, {4, 2, 2}};
  std::vector<std::vector<std::uint32_t>> maps;
  const Rotate rotate = [&](const RotateRequest& request) {
    if (!request.pair_axis.empty()) maps.push_back(request.pair_axis);
    return rotate_rightly(request);
  };
  const Judge judge(own, DType::f32, std::nullopt);
  Probe probe{rotate, own, judge};
  probe.description = &claims_everything();
  EXPECT_EQ(combinations(probe).verdict, Verdict::pass);
  ASSERT_GT(maps.size(), 10U);
  for (const auto& map : maps) EXPECT_EQ(map, (std::vector<std::uint32_t>{0, 1, 2, 0, 1, 2, 0, 0}));
}

struct Feature {
  const char* words;
  bool (*asked)(const RotateRequest&);
};
/// One of each factor.
constexpr Feature features[] = {
    {"bhsd", [](const RotateRequest& r) { return r.arrangement.layout == Layout::bhsd; }},
    {"spread", [](const RotateRequest& r) { return r.arrangement.strides == Strides::spread; }},
    {"offset", [](const RotateRequest& r) { return r.arrangement.positions == PositionsAs::offset; }},
    {"angles", [](const RotateRequest& r) { return r.arrangement.source == AngleSource::angles; }},
    {"in place", [](const RotateRequest& r) { return r.arrangement.in_place; }},
    {"backward", [](const RotateRequest& r) { return r.direction == Direction::backward; }},
    {"the other pairing out", [](const RotateRequest& r) { return r.pairing_out.has_value(); }},
    {"q alone", [](const RotateRequest& r) { return r.k_heads == 0; }},
    {"own stream", [](const RotateRequest& r) { return r.arrangement.own_stream; }},
    {"q scaled", [](const RotateRequest& r) { return r.query_scale != 1; }},
    {"bands", [](const RotateRequest& r) { return !r.pair_axis.empty(); }},
    {"16 of 16 rotated", [](const RotateRequest& r) { return r.spec.rotary_dim == r.spec.head_dim; }}};

TEST(Combinations, WhatIsRefusedTogetherHidesNoOtherPair) {
  const auto two_refused = [](const RotateRequest& request) {
    return request.pairing_out.has_value() && request.arrangement.in_place;
  };
  const Rotate honest = refusing(two_refused, "not permuted in place");
  const reports::Case right = judged(combinations, honest);
  EXPECT_EQ(right.verdict, Verdict::pass) << right.message;
  EXPECT_THAT(right.message, HasSubstr("not permuted in place"));
  for (const Feature& one : features) {
    for (const Feature& other : features) {
      if (&one >= &other) continue;
      const auto are = [&](const std::string& a, const std::string& b) { return one.words == a && other.words == b; };
      // An offset is no call with several axes.
      const bool refused = are("in place", "the other pairing out") || are("offset", "bands");
      const Rotate wrong_in_two = [&](const RotateRequest& request) {
        RotateRequest read = request;
        if (one.asked(request) && other.asked(request)) swap_two_tokens(read);
        return honest(read);
      };
      EXPECT_EQ(judged(combinations, wrong_in_two).verdict, refused ? Verdict::pass : Verdict::fail)
          << one.words << ", " << other.words;
    }
  }
}

TEST(Combinations, ThePairThatIsRefusedIsListedAndThreeThatAreCostNoPair) {
  std::vector<AskedCombination> seen;
  const auto listen = [&](const Rotate& rotate) {
    seen.clear();
    const Judge judge(partial_fixture(), DType::f32, std::nullopt);
    Probe probe{rotate, partial_fixture(), judge};
    probe.description = &claims_everything();
    probe.asked = [&](const AskedCombination& one) { seen.push_back(one); };
    return combinations(probe);
  };
  const auto asked = [&](const std::string& what) {
    const auto found = std::find_if(seen.begin(), seen.end(), [&](const auto& one) { return one.what == what; });
    return found == seen.end() ? std::nullopt : std::optional(found->asked);
  };
  const auto two = [](const RotateRequest& r) { return r.k_heads == 0 && r.query_scale != 1; };
  EXPECT_EQ(listen(refusing(two, "no scaled q alone")).verdict, Verdict::pass);
  EXPECT_EQ(asked("plain, q alone, q scaled"), std::optional(false));

  // Each two of them are taken.
  const auto three = [&](const RotateRequest& r) { return two(r) && r.direction == Direction::backward; };
  EXPECT_EQ(listen(refusing(three, "not all three")).verdict, Verdict::pass);
  const auto both = std::count_if(seen.begin(), seen.end(), [](const AskedCombination& one) {
    return one.asked && one.what.find("q alone") != std::string::npos && one.what.find("q scaled") != std::string::npos;
  });
  EXPECT_GT(both, 0);
}

TEST(Combinations, FrequenciesInTheTensorsTypeAreNotJudged) {
  Setting setting;
  setting.dtype = DType::bf16;
  const Rotate rotate = [](const RotateRequest& request) {
    RotateAnswer answer = rotate_rightly(request);
    if (answer.used.source == AngleSource::inv_freq) {
      answer.used.form.dtype = DType::bf16;
      answer.q.assign(answer.q.size(), 0);
    }
    return answer;
  };
  const reports::Case result = judged(combinations, rotate, setting);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_THAT(result.message, HasSubstr("inv_freq (takes inv_freq in bf16 only"));
}

TEST(MustSupport, OnlyAListThatIsTakenWholePasses) {
  EXPECT_EQ(must_support({3, {}, {}, ""}).verdict, Verdict::pass);
  EXPECT_EQ(must_support({0, {}, {}, ""}).verdict, Verdict::not_observable);
  const reports::Case refused = must_support({3, {"fp32, head_dim 96: no", "bf16, head_dim 96: no"}, {}, ""});
  EXPECT_EQ(refused.verdict, Verdict::fail);
  // What is no call of this version was not refused by anybody.
  EXPECT_EQ(must_support({1, {}, {"case 0: fp64"}, ""}).verdict, Verdict::not_observable);
  const reports::Case some = must_support({2, {}, {"case 0: fp64"}, ""});
  EXPECT_EQ(some.verdict, Verdict::pass);
  EXPECT_THAT(some.message, HasSubstr("1 of 2 could not be asked; case 0: fp64"));
  EXPECT_THAT(refused.message, AllOf(HasSubstr("2 of 3"), HasSubstr("fp32, head_dim 96: no")));
  EXPECT_EQ(must_support({0, {}, {}, "signal 11 in query"}).verdict, Verdict::fail);
}

}  // namespace
}  // namespace rope::conformance
