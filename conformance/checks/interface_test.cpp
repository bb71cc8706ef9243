// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The checks of the whole interface on kernels that are wrong in one way of being asked: each must see it and say
// where, and what refuses is never passed for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "conformance/testing/judged_property.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;
using ::testing::HasSubstr;

TEST(Strides, EachKindIsSeen) {
  for (const auto& [kind, says] :
       {std::pair{Strides::padded, "padded"}, std::pair{Strides::spread, "spread"},
        std::pair{Strides::reversed, "reversed"}, std::pair{Strides::broadcast, "broadcast"}}) {
    expect_failure(strides, reading([one = kind](RotateRequest& request) {
                     if (request.arrangement.strides == one) swap_two_tokens(request);
                   }),
                   says);
  }
  expect_failure(strides, reading([](RotateRequest& request) {
                   if (request.arrangement.in_place) swap_two_tokens(request);
                 }),
                 "padded, in place");
}

TEST(Layouts, EachOneIsSeen) {
  for (const auto& [layout, says] : {std::pair{Layout::bshd, "bshd"}, std::pair{Layout::bhsd, "bhsd"},
                                     std::pair{Layout::sbhd, "sbhd"}, std::pair{Layout::thd, "thd"}}) {
    expect_failure(layouts, reading([one = layout](RotateRequest& request) {
                     if (request.arrangement.layout == one) swap_two_tokens(request);
                   }),
                   says);
  }
}

TEST(Layouts, WithASingleOneABatchIsStillAsked) {
  const auto only_bshd = [](const RotateRequest& request) {
    return request.arrangement.layout != Layout::any && request.arrangement.layout != Layout::bshd;
  };
  const reports::Case honest = judged(layouts, refusing(only_bshd, "bshd only"));
  EXPECT_EQ(honest.verdict, Verdict::pass);
  EXPECT_THAT(honest.message, HasSubstr("not asked: bhsd, sbhd, thd (bshd only)"));
  // It reads one row of positions for the whole batch.
  const Rotate first_row = [&](const RotateRequest& request) {
    RotateRequest read = request;
    for (std::size_t n = 0; n < read.positions.size(); ++n) read.positions[n] = read.positions[n % read.tokens()];
    return refusing(only_bshd, "bshd only")(read);
  };
  expect_failure(layouts, first_row, "bshd");
}

TEST(Gqa, KThatIsRotatedOtherwiseIsSeen) {
  const Spoil k_backward = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    return at.of_q || at.pair < 0 ? right : input_at(request, at);
  };
  for (const Setting& setting : every_setting()) {
    EXPECT_EQ(judged(gqa, k_backward, setting).verdict, Verdict::fail) << name(setting.dtype);
  }
}

TEST(Gqa, HeadsPastAMultipleAreSeen) {
  const Spoil heads_by_four = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    const bool tail = at.of_q && request.q_heads > 4 && at.head >= request.q_heads / 4 * 4;
    return tail && at.pair >= 0 ? input_at(request, at) : right;
  };
  const reports::Case result = judged(gqa, heads_by_four);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_THAT(result.message, HasSubstr("heads of q"));
}

/// Copies the elements that `here` says of.
Spoil unrotated(const std::function<bool(const OutputPlace&, const RotateRequest&)>& here) {
  return [here](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    return at.pair >= 0 && here(at, request) ? input_at(request, at) : right;
  };
}

TEST(Gqa, HeadsThatOnlyLargeModelsHaveAreSeen) {
  for (const int last : {8, 31, 63, 70, 127}) {
    const reports::Case of_q =
        judged(gqa, unrotated([&](const OutputPlace& at, const RotateRequest&) { return at.of_q && at.head >= last; }));
    EXPECT_EQ(of_q.verdict, Verdict::fail) << last;
  }
  const reports::Case of_k =
      judged(gqa, unrotated([](const OutputPlace& at, const RotateRequest&) { return !at.of_q && at.head >= 8; }));
  EXPECT_EQ(of_k.verdict, Verdict::fail);
  EXPECT_THAT(of_k.message, HasSubstr("128 heads of q, 128 of k"));
}

TEST(Gqa, AsManyHeadsAsAreRefusedAreListed) {
  const reports::Case result =
      judged(gqa, refusing([](const RotateRequest& request) { return request.q_heads > 32; }, "at most 32 heads"));
  EXPECT_EQ(result.verdict, Verdict::pass) << result.message;
  EXPECT_THAT(result.message, HasSubstr("64 heads of q, 8 of k"));
  EXPECT_THAT(result.message, HasSubstr("at most 32 heads"));
}

TEST(Packed, PositionsThatRunOnAreSeen) {
  expect_failure(packed, reading([](RotateRequest& request) {
                   if (request.sequences.empty()) return;
                   for (std::size_t n = 1; n < request.positions.size(); ++n) {
                     request.positions[n] = request.positions[n - 1] + 1;
                   }
                 }),
                 "sequences ");
}

TEST(Packed, StartPositionsThatAreIgnoredAreSeen) {
  expect_failure(packed, reading([](RotateRequest& request) {
                   std::size_t at = 0;
                   for (std::int64_t length : request.sequences) {
                     for (std::int64_t token = 0; token < length; ++token) request.positions[at++] = token;
                   }
                 }),
                 "sequences with start positions");
}

TEST(PositionIds, ReadingThemInRisingOrderIsSeen) {
  expect_failure(position_ids, reading([](RotateRequest& request) {
                   if (request.batch == 1) std::sort(request.positions.begin(), request.positions.end());
                 }),
                 "a token");
}

TEST(PositionIds, EachKindIsSeen) {
  for (const auto& [kind, says] :
       {std::pair{PositionsAs::token_int32, "int32"}, std::pair{PositionsAs::token_strided, "three apart in memory"},
        std::pair{PositionsAs::token_shared, "one list for all rows"}}) {
    expect_failure(position_ids, reading([one = kind](RotateRequest& request) {
                     if (request.arrangement.positions == one) swap_two_tokens(request);
                   }),
                   says);
  }
}

TEST(PositionIds, OffsetsAloneAreUnsupported) {
  const auto no_lists = [](const RotateRequest& request) {
    return request.arrangement.positions != PositionsAs::offset &&
           request.arrangement.positions != PositionsAs::batch_offset;
  };
  EXPECT_EQ(judged(position_ids, refusing(no_lists, "offsets only")).verdict, Verdict::unsupported);
}

/// One that declares `declared` and does `done`.
reports::Case outside(rope_out_of_range declared, rope_out_of_range done) {
  Description description = claims_everything();
  description.out_of_range = declared;
  Setting setting;
  setting.description = &description;
  return judged(
      position_out_of_range,
      [&](const RotateRequest& request) {
        return rotate_synthetically(request, partial_fixture().frequencies(), {}, done);
      },
      setting);
}

TEST(PositionOutOfRange, WhatIsDeclaredIsHeld) {
  for (rope_out_of_range policy : {ROPE_OUT_OF_RANGE_ERROR, ROPE_OUT_OF_RANGE_IDENTITY, ROPE_OUT_OF_RANGE_CLAMP}) {
    const reports::Case result = outside(policy, policy);
    EXPECT_EQ(result.verdict, Verdict::pass) << policy << " " << result.message;
    EXPECT_GT(result.cells, 0U);
  }
  EXPECT_EQ(outside(ROPE_OUT_OF_RANGE_UNDEFINED, ROPE_OUT_OF_RANGE_CLAMP).verdict, Verdict::not_observable);
}

TEST(PositionOutOfRange, AnythingElseIsSeen) {
  for (rope_out_of_range declared : {ROPE_OUT_OF_RANGE_ERROR, ROPE_OUT_OF_RANGE_IDENTITY, ROPE_OUT_OF_RANGE_CLAMP}) {
    for (rope_out_of_range done : {ROPE_OUT_OF_RANGE_ERROR, ROPE_OUT_OF_RANGE_IDENTITY, ROPE_OUT_OF_RANGE_CLAMP}) {
      if (declared == done) continue;
      const reports::Case result = outside(declared, done);
      EXPECT_EQ(result.verdict, Verdict::fail) << declared << " " << done;
      EXPECT_THAT(result.message, HasSubstr("position ")) << result.message;
    }
  }
}

TEST(PositionOutOfRange, AHandleThatAnErrorBreaksIsSeen) {
  Description description = claims_everything();
  description.out_of_range = ROPE_OUT_OF_RANGE_ERROR;
  Setting setting;
  setting.description = &description;
  bool broken = false;
  const reports::Case result = judged(
      position_out_of_range,
      [&](const RotateRequest& request) {
        RotateRequest read = request;
        if (broken && !read.out_of_range) read.positions.assign(read.positions.size(), 1);
        RotateAnswer answer = rotate_synthetically(read, partial_fixture().frequencies(), {}, ROPE_OUT_OF_RANGE_ERROR);
        broken = broken || answer.status == RotateAnswer::Status::failed;
        return answer;
      },
      setting);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_THAT(result.message, HasSubstr("a right call after"));
}

TEST(PositionOutOfRange, AnErrorOfAnotherKindOrOneThatWritesIsNoDeclaredError) {
  Description description = claims_everything();
  description.out_of_range = ROPE_OUT_OF_RANGE_ERROR;
  Setting setting;
  setting.description = &description;
  const auto with = [&](void (*spoil)(RotateAnswer&)) {
    return judged(
        position_out_of_range,
        [&](const RotateRequest& request) {
          RotateAnswer answer =
              rotate_synthetically(request, partial_fixture().frequencies(), {}, ROPE_OUT_OF_RANGE_ERROR);
          if (answer.status == RotateAnswer::Status::failed) spoil(answer);
          return answer;
        },
        setting);
  };
  EXPECT_EQ(with([](RotateAnswer&) {}).verdict, Verdict::pass);
  // The words of a message are the implementation's and prove nothing.
  EXPECT_EQ(with([](RotateAnswer& answer) { answer.returned = ROPE_ERROR; }).verdict, Verdict::fail);
  EXPECT_EQ(with([](RotateAnswer& answer) { answer.function = "query"; }).verdict, Verdict::fail);
  const reports::Case wrote = with([](RotateAnswer& answer) { answer.wrote_outputs = true; });
  EXPECT_EQ(wrote.verdict, Verdict::fail);
  EXPECT_THAT(wrote.message, HasSubstr("wrote to its outputs"));
}

TEST(PaddingRows, CountingFromTheFirstColumnIsSeen) {
  expect_failure(padding_rows, reading([](RotateRequest& request) {
                   for (std::size_t n = 0; n < request.positions.size(); ++n) {
                     request.positions[n] = static_cast<std::int64_t>(n % request.tokens());
                   }
                 }),
                 "filled left");
}

TEST(DecodeEqualsPrefill, DecodingAtZeroIsSeen) {
  expect_failure(decode_equals_prefill, reading([](RotateRequest& request) {
                   if (request.tokens() == 1) request.positions.assign(request.positions.size(), 0);
                 }),
                 "one token");
}

TEST(DecodeEqualsPrefill, APrefillThatStartsAnewIsSeen) {
  expect_failure(decode_equals_prefill, reading([](RotateRequest& request) {
                   for (std::size_t n = 128; n < request.tokens(); ++n) request.positions[n] -= 128;
                 }),
                 "one token");
}

TEST(DecodeEqualsPrefill, TokensOfALongCallAreSeen) {
  for (const std::size_t last : {std::size_t{512}, std::size_t{1024}, std::size_t{4096}}) {
    const reports::Case result =
        judged(decode_equals_prefill,
               unrotated([&](const OutputPlace& at, const RotateRequest&) { return at.token >= last; }));
    EXPECT_EQ(result.verdict, Verdict::fail) << last;
    EXPECT_THAT(result.message, HasSubstr("4099 tokens in one call, token")) << last;
  }
}

TEST(DecodeEqualsPrefill, OnePositionForAllRowsIsSeen) {
  expect_failure(decode_equals_prefill, reading([](RotateRequest& request) {
                   if (request.tokens() == 1) {
                     request.positions.assign(request.positions.size(), request.positions.front());
                   }
                 }),
                 "three rows at different places");
}

TEST(BatchInvariance, ALastRowThatIsLeftOutIsSeen) {
  const Spoil last_row = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    const bool last = request.batch > 1 && at.token >= request.positions.size() - request.tokens();
    return last && at.pair >= 0 ? input_at(request, at) : right;
  };
  for (const Setting& setting : every_setting()) {
    const reports::Case result = judged(batch_invariance, last_row, setting);
    EXPECT_EQ(result.verdict, Verdict::fail) << name(setting.dtype);
    EXPECT_THAT(result.message, HasSubstr(", row "));
  }
}

TEST(BatchInvariance, RowsOfALargeBatchAreSeen) {
  for (const int last : {33, 128, 256}) {
    const reports::Case result =
        judged(batch_invariance, unrotated([&](const OutputPlace& at, const RotateRequest& request) {
                 return request.batch > 1 && at.token / request.tokens() >= static_cast<std::size_t>(last);
               }));
    EXPECT_EQ(result.verdict, Verdict::fail) << last;
    EXPECT_THAT(result.message, HasSubstr("257 rows of 1 token, row")) << last;
  }
}

TEST(HeadPermutation, AHeadThatTakesFromTheFirstIsSeen) {
  const Spoil coupled = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    if (at.pair < 0 || at.head == 0) return right;
    OutputPlace first = at;
    first.head = 0;
    const double more = 0.25 * to_double(request.dtype, input_at(request, first));
    return static_cast<std::uint32_t>(round_to_bits(request.dtype, to_double(request.dtype, right) + more));
  };
  for (const Setting& setting : every_setting()) {
    EXPECT_EQ(judged(head_permutation, coupled, setting).verdict, Verdict::fail) << name(setting.dtype);
  }
}

TEST(PositionAxes, IgnoringThemIsSeen) {
  expect_failure(position_axes, reading([](RotateRequest& request) {
                   std::fill(request.pair_axis.begin(), request.pair_axis.end(), 0U);
                 }),
                 "three axes in");
}

TEST(PositionAxes, ReadingThemInTurnAlwaysIsSeenInSections) {
  expect_failure(position_axes, reading([](RotateRequest& request) {
                   for (std::size_t n = 0; n < request.pair_axis.size(); ++n) {
                     request.pair_axis[n] = static_cast<std::uint32_t>(n % 3);
                   }
                 }),
                 "three axes in sections");
}

TEST(Interface, ACrashEndsTheCaseAndIsNamed) {
  const Rotate rotate = [](const RotateRequest& request) {
    if (request.arrangement.strides != Strides::spread) return rotate_rightly(request);
    RotateAnswer dead;
    dead.status = RotateAnswer::Status::crashed;
    dead.message = "signal 11 in apply";
    return dead;
  };
  const reports::Case result = judged(strides, rotate);
  EXPECT_EQ(result.verdict, Verdict::crashed);
  EXPECT_THAT(result.message, HasSubstr("spread: signal 11 in apply"));
}

}  // namespace
}  // namespace rope::conformance
