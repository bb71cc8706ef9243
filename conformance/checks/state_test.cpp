// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The checks of what lies outside a plain call (negative positions, threads, handles, export_inv_freq) on kernels that
// are wrong in one way of being asked: each way must be seen and named.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conformance/testing/judged_property.hpp"
#include "rope_impl.h"

namespace rope::conformance {
namespace {

using reports::Verdict;
using ::testing::HasSubstr;

Rotate wrong_where(const std::function<bool(const RotateRequest&)>& here) {
  return reading([here](RotateRequest& request) {
    if (here(request)) swap_two_tokens(request);
  });
}

/// It claims all but this flag.
Description without(std::uint64_t flag) {
  Description out = claims_everything();
  out.flags &= ~flag;
  return out;
}

TEST(NegativePositions, EachWayIsSeen) {
  for (const auto& [as, says] :
       {std::pair{PositionsAs::token_int64, "int64"}, std::pair{PositionsAs::token_int32, "int32"},
        std::pair{PositionsAs::offset, "an offset below 0"},
        std::pair{PositionsAs::batch_offset, "an offset below 0 for each row"}}) {
    expect_failure(negative_positions, wrong_where([one = as](const RotateRequest& request) {
                     const bool lowest = request.positions.front() == -request.max_position;
                     return request.arrangement.positions == one && !lowest;
                   }),
                   says);
  }
  expect_failure(negative_positions,
                 wrong_where([](const RotateRequest& request) { return request.direction == Direction::backward; }),
                 "backward");
}

TEST(NegativePositions, TurningForwardIsSeen) {
  expect_failure(negative_positions, reading([](RotateRequest& request) {
                   for (std::int64_t& position : request.positions) position = position < 0 ? -position : position;
                 }),
                 "not turned back by as much");
}

TEST(NegativePositions, TheLowestOneIsAsked) {
  const Rotate one_too_high = reading([](RotateRequest& request) {
    for (std::int64_t& position : request.positions) position = std::max(position, 1 - request.max_position);
  });
  expect_failure(negative_positions, one_too_high, "not turned back by as much");
  expect_failure(negative_positions, wrong_where([](const RotateRequest& request) {
                   return request.positions.front() == -request.max_position;
                 }),
                 "the lowest offset");
}

TEST(NegativePositions, WithoutTheFlagNothingIsPassed) {
  const Description none = without(ROPE_FLAG_NEGATIVE_POSITIONS);
  Setting setting;
  setting.description = &none;
  const reports::Case result = judged(negative_positions, Spoil{}, setting);
  EXPECT_EQ(result.verdict, Verdict::unsupported);
  EXPECT_THAT(result.message, HasSubstr("ROPE_FLAG_NEGATIVE_POSITIONS"));
}

/// It spends this long in calls at once.
Rotate lasting(double seconds, const Rotate& rotate) {
  return [=](const RotateRequest& request) {
    RotateAnswer answer = rotate(request);
    answer.seconds = request.threads > 0 ? seconds : 0;
    return answer;
  };
}

TEST(Threads, HandlesOfTheirOwnAndOneHandleAreSeen) {
  for (const auto& [handle_each, says] :
       {std::pair{true, "a handle for each thread"}, std::pair{false, "one handle"}}) {
    expect_failure(threads, lasting(1, wrong_where([each = handle_each](const RotateRequest& request) {
                                      return request.threads > 0 && request.handle_each == each;
                                    })),
                   says);
  }
}

TEST(Threads, ThoseThatSeldomMeetAreSeen) {
  int rounds = 0;
  const reports::Case result = judged(
      threads,
      lasting(0x1p-6, wrong_where([&](const RotateRequest& request) { return request.threads > 0 && ++rounds == 9; })));
  EXPECT_EQ(result.verdict, Verdict::fail);
  // 0.2 s without the first, twice: handles of their own, and one.
  EXPECT_EQ(rounds, 2 * 14);
}

TEST(Threads, OneHandleIsNotAskedWithoutTheFlag) {
  const Description none = without(ROPE_FLAG_THREAD_SAFE);
  Setting setting;
  setting.description = &none;
  const reports::Case result = judged(
      threads,
      lasting(1, wrong_where([](const RotateRequest& request) { return request.threads > 0 && !request.handle_each; })),
      setting);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_THAT(result.message, HasSubstr("one handle (it does not claim ROPE_FLAG_THREAD_SAFE)"));
}

TEST(StaleState, LongerAndLaterCallsOnOneHandleAreSeen) {
  for (const auto& [tokens, says] :
       {std::pair{std::size_t{40}, "40 tokens in turn"}, std::pair{std::size_t{90}, "90 tokens in turn"},
        std::pair{std::size_t{5}, "a late token in turn"}}) {
    expect_failure(stale_state, wrong_where([count = tokens](const RotateRequest& request) {
                     return request.handle == 1 && request.tokens() == count;
                   }),
                   says);
  }
}

TEST(StaleState, AShortCallAfterALongOneIsSeen) {
  std::size_t longest = 0;
  expect_failure(stale_state, wrong_where([&](const RotateRequest& request) {
                   longest = request.handle == 1 && request.tokens() > 3 ? request.tokens() : longest;
                   return request.handle == 1 && request.tokens() == 3 && longest > 3;
                 }),
                 "3 tokens in turn");
}

TEST(StaleState, AnotherDtypeInBetweenIsSeen) {
  for (const DType setting : tensor_dtypes) {
    DType before = setting;
    const Rotate rotate = wrong_where([&](const RotateRequest& request) {
      const bool changed = request.handle == 1 && request.dtype == setting && before != setting;
      if (request.handle == 1) before = request.dtype;
      return changed;
    });
    const reports::Case result = judged(stale_state, rotate, {setting});
    EXPECT_EQ(result.verdict, Verdict::fail) << name(setting);
    EXPECT_THAT(result.message, HasSubstr("on the same handle"));
  }
}

TEST(StaleState, AHandleThatKeepsItsFirstDtypeIsSeen) {
  for (const DType setting : tensor_dtypes) {
    std::map<int, DType> first;  // of handles that six tokens are asked of: no other way has so many
    const Rotate rotate = wrong_where([&](const RotateRequest& request) {
      if (request.tokens() == 6) first.try_emplace(request.handle, request.dtype);
      return request.tokens() == 6 && first[request.handle] != request.dtype;
    });
    const reports::Case result = judged(stale_state, rotate, {setting});
    EXPECT_EQ(result.verdict, Verdict::fail) << name(setting);
    EXPECT_THAT(result.message, HasSubstr("on a handle that began with"));
  }
}

/// It reads the positions of an earlier call on the handle that looks the same.
Rotate keeping_positions(const std::function<std::string(const RotateRequest&)>& looks) {
  auto kept = std::make_shared<std::map<std::string, std::vector<std::int64_t>>>();
  return reading([=](RotateRequest& request) {
    if (request.handle != 1) return;
    const std::string key = fmt::format("{} {}", name(request.dtype), looks(request));
    request.positions = kept->try_emplace(key, request.positions).first->second;
  });
}

TEST(StaleState, CallsThatLookAlikeAreToldApart) {
  Description offsets = claims_everything();
  offsets.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_OFFSET);
  Setting setting;
  setting.description = &offsets;
  const auto as_many = [](const RotateRequest& request) { return std::to_string(request.tokens()); };
  const reports::Case by_number = judged(stale_state, keeping_positions(as_many), setting);
  EXPECT_EQ(by_number.verdict, Verdict::fail);
  EXPECT_THAT(by_number.message, HasSubstr("as many tokens at another place"));

  const auto both_ends = [](const RotateRequest& request) {
    return fmt::format("{} {} {}", request.tokens(), request.positions.front(), request.positions.back());
  };
  expect_failure(stale_state, keeping_positions(both_ends), "the same first and last position, and others between");
}

TEST(StaleState, AnotherHandleForAnotherDtypeIsNoStateOfThisOne) {
  const Rotate tables_in_the_dtype = [](const RotateRequest& request) {
    RotateAnswer answer = rotate_rightly(request);
    answer.used.source = AngleSource::tables;
    answer.used.form.dtype = request.dtype;
    return answer;
  };
  std::map<std::string, bool> asked;
  const Judge judge(partial_fixture(), DType::f32, std::nullopt);
  Probe probe{tables_in_the_dtype, partial_fixture(), judge};
  probe.description = &claims_everything();
  probe.asked = [&](const AskedCombination& one) { asked[one.what] = one.asked; };
  const reports::Case result = stale_state(probe);
  EXPECT_EQ(result.verdict, Verdict::pass) << result.message;
  for (const char* what : {"after fp16 on the same handle", "on a handle that began with bf16"}) {
    ASSERT_EQ(asked.count(what), 1U) << what;
    EXPECT_FALSE(asked[what]) << what;
  }
  EXPECT_THAT(result.message, HasSubstr("tables are supplied in another form in fp16"));
}

TEST(StaleState, AModelWithSeveralAxesIsAsked) {
  fixtures::Fixture with_axes = partial_fixture();
  with_axes.spec.axes = PositionAxes{AxisOrder::sections, {2, 3, 3}};
  const Judge judge(with_axes, DType::f32, std::nullopt);
  Probe probe{rotate_rightly, with_axes, judge};
  const reports::Case right = stale_state(probe);
  EXPECT_EQ(right.verdict, Verdict::pass) << right.message;
  const Rotate rotate = wrong_where([](const RotateRequest& request) { return request.handle == 5; });
  Probe wrong{rotate, with_axes, judge};
  EXPECT_THAT(stale_state(wrong).message, HasSubstr("half of the head"));
}

TEST(StaleState, EachOfSeveralHandlesIsSeen) {
  const char* const words[] = {"the model", "another base", "a shorter limit", "an attention factor",
                               "half of the head"};
  for (int handle = 1; handle <= 5; ++handle) {
    // Right at first, and wrong once others have been asked.
    std::map<int, int> calls;
    expect_failure(stale_state, wrong_where([&](const RotateRequest& request) {
                     const bool of_several = request.tokens() == 9;
                     return of_several && request.handle == handle && ++calls[handle] > 1;
                   }),
                   words[handle - 1]);
  }
}

/// Exports `exported` times the fixture's inv_freq and rotates by `used` times it.
Rotate with_frequencies(double exported, double used) {
  return [=](const RotateRequest& request) {
    std::vector<double> rotates_by = partial_fixture().frequencies();
    for (double& f : rotates_by) f *= used;
    RotateAnswer answer = rotate_synthetically(request, rotates_by, {});
    answer.inv_freq = partial_fixture().frequencies();
    for (double& f : answer.inv_freq) f *= exported;
    return answer;
  };
}

TEST(InvFreq, NumbersThatAreNotTheModelsAreSeenAlsoWhereTheyAreUsed) {
  expect_failure(exported_inv_freq, with_frequencies(1.001, 1.001), "exported inv_freq");
}

TEST(InvFreq, NumbersThatAreNotUsedAreSeenAlsoWhereTheyAreTheModels) {
  expect_failure(exported_inv_freq, with_frequencies(1, 1.02), "rotated by what was exported");
}

TEST(InvFreq, AnotherCountAndNoNumberAreFailures) {
  const Rotate fewer = [](const RotateRequest& request) {
    RotateAnswer answer = rotate_rightly(request);
    answer.inv_freq.resize(1);
    return answer;
  };
  expect_failure(exported_inv_freq, fewer, "handed out 1 numbers");
  expect_failure(exported_inv_freq, with_frequencies(-1, 1), "not the model's");
}

/// The partial fixture with another spec.
reports::Case exported_of(const std::function<void(Spec&)>& change, const Rotate& rotate) {
  fixtures::Fixture fixture = partial_fixture();
  change(fixture.spec);
  const Judge judge(fixture, DType::f32, std::nullopt);
  Probe probe{rotate, fixture, judge};
  probe.description = &claims_everything();
  return exported_inv_freq(probe);
}

TEST(InvFreq, AModelLongerThanTheCertifiedTableIsAsked) {
  const auto longer = [](Spec& spec) { spec.max_position = (std::int64_t{1} << 24) + 2; };
  const reports::Case right = exported_of(longer, with_frequencies(1, 1));
  EXPECT_EQ(right.verdict, Verdict::pass) << right.message;
  EXPECT_EQ(exported_of(longer, with_frequencies(1, 1.02)).verdict, Verdict::fail);
}

TEST(InvFreq, MorePairsThanAMessageHoldsAreRefused) {
  const Rotate never = [](const RotateRequest&) -> RotateAnswer {
    ADD_FAILURE() << "it was asked";
    return {};
  };
  const reports::Case result =
      exported_of([](Spec& spec) { spec.head_dim = (spec.rotary_dim = 4098) + spec.dim_offset; }, never);
  EXPECT_EQ(result.verdict, Verdict::unsupported);
  EXPECT_THAT(result.message, HasSubstr("2049 pairs; the suite takes at most 2048 numbers"));
}

TEST(InvFreq, WhatIsNotThereIsNotPassed) {
  const Rotate none = [](const RotateRequest& request) {
    RotateAnswer answer = rotate_rightly(request);
    answer.no_inv_freq = "there is none";
    return answer;
  };
  const reports::Case result = judged(exported_inv_freq, none);
  EXPECT_EQ(result.verdict, Verdict::unsupported);
  EXPECT_THAT(result.message, HasSubstr("there is none"));
}

}  // namespace
}  // namespace rope::conformance
