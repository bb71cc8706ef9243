// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The property checks on a kernel that is right but in one place: each must see it there, whichever head, pair, pairing
// and dtype it is in.
#include "conformance/checks/properties.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "conformance/testing/judged_property.hpp"
#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;
using ::testing::HasSubstr;

std::uint32_t bits_of(DType dtype, double value) {
  return static_cast<std::uint32_t>(round_to_bits(dtype, value));
}

std::uint32_t nan_of(DType dtype) {
  return bits_of(dtype, std::numeric_limits<double>::quiet_NaN());
}

TEST(Properties, HonestArithmeticPassesInEachDtypeAndPairing) {
  for (const Setting& setting : every_setting()) {
    for (const Property& one : properties) {
      const reports::Case result = judged(one.judge, Spoil{}, setting);
      EXPECT_EQ(result.verdict, Verdict::pass) << one.check << " " << name(setting.dtype) << " " << result.message;
      EXPECT_GT(result.cells, 0U) << one.check;
    }
  }
}

TEST(Properties, TheSameNaNInEachCallFailsInWhicheverHeadAndPair) {
  for (const Setting& setting : every_setting()) {
    for (const OutputPlace& bad : {OutputPlace{true, 3, 0, 7, 1}, OutputPlace{false, 1, 0, 0, 0}}) {
      const Spoil spoil = [&](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
        const bool here =
            at.of_q == bad.of_q && at.head == bad.head && at.pair == bad.pair && at.element == bad.element;
        return here ? nan_of(request.dtype) : right;
      };
      for (const Property& one : properties) {
        EXPECT_EQ(judged(one.judge, spoil, setting).verdict, Verdict::fail)
            << one.check << " " << name(setting.dtype) << " " << name(setting.pairing) << (bad.of_q ? " q" : " k");
      }
    }
  }
}

TEST(Properties, NoContractAllowsAnOutputThatIsNotFinite) {
  // A bound beyond all numbers; accepted by name, it stands in for E(16, 2).
  const auto boundless = std::get<Contract>(parse_contract("trig=f32~1e308ulp rotate=f16:mul", DType::f16));
  const Setting setting{DType::f16, Pairing::half_split, boundless, true};
  for (double value : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    const Spoil spoil = [&](std::uint32_t, const OutputPlace&, const RotateRequest& request) {
      return bits_of(request.dtype, value);
    };
    for (const Property& one : properties) {
      EXPECT_EQ(judged(one.judge, spoil, setting).verdict, Verdict::fail) << one.check << " " << value;
    }
  }
}

TEST(Properties, TheCellThatIsNamedIsTheOneThatTheMessageMeasures) {
  // Both limits are broken, the suite's by more: at another cell than the contract's.
  const auto loose = std::get<Contract>(parse_contract("trig=f32~100ulp", DType::f32));
  const reports::Case result =
      judged(norm, Spoil([](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
               return at.pair == 3 ? bits_of(request.dtype, 2 * to_double(request.dtype, right)) : right;
             }),
             {DType::f32, Pairing::half_split, loose});
  EXPECT_EQ(result.verdict, Verdict::fail);
  ASSERT_TRUE(result.worst);
  EXPECT_THAT(result.message, HasSubstr(fmt::format("{:.3g} times the limit", *result.ratio)));
  EXPECT_NEAR(result.worst->error / result.worst->bound, *result.ratio, 1e-9 * *result.ratio);
}

TEST(DtypePreserved, ANarrowerTypeInOneHeadOrOnePairIsEnough) {
  for (DType dtype : {DType::f32, DType::f16}) {
    const auto narrowed = [dtype](std::uint32_t bits) {
      return bits_of(dtype, round_to(DType::bf16, to_double(dtype, bits)));
    };
    const Setting setting{dtype, Pairing::interleaved};
    const auto only_k = [&](std::uint32_t right, const OutputPlace& at, const RotateRequest&) {
      return at.of_q ? right : narrowed(right);
    };
    EXPECT_EQ(judged(dtype_preserved, Spoil(only_k), setting).verdict, Verdict::fail) << name(dtype);
    const auto last_pair = [&](std::uint32_t right, const OutputPlace& at, const RotateRequest&) {
      return at.pair == 7 ? narrowed(right) : right;
    };
    EXPECT_EQ(judged(dtype_preserved, Spoil(last_pair), setting).verdict, Verdict::fail) << name(dtype);
  }
}

TEST(DtypePreserved, TooFewOutputsSayNothing) {
  // Ten values may all be even by chance: one time in a thousand.
  fixtures::Fixture tiny = small_fixture();
  tiny.spec.head_dim = tiny.spec.rotary_dim = 2;
  tiny.spec.max_position = 2;
  tiny.inv_freq.resize(1);
  const Judge judge(tiny, DType::f32, std::nullopt);
  const Probe probe{[](const RotateRequest& request) { return rotate_synthetically(request, {1}, {}); }, tiny, judge};
  EXPECT_EQ(dtype_preserved(probe).verdict, Verdict::not_observable);
}

TEST(PassThroughDims, ATailThatIsMultipliedIsNotCopied) {
  // cos = 1 and sin = 0 beside the rotated elements: right for numbers, not for an infinity.
  const Spoil spoil = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    if (at.pair >= 0) return right;
    OutputPlace beside = at;
    beside.element ^= 1;
    const double x = to_double(request.dtype, right);
    return bits_of(request.dtype, x - 0 * to_double(request.dtype, input_at(request, beside)));
  };
  for (const Setting& setting : every_setting()) {
    EXPECT_EQ(judged(pass_through_dims, spoil, setting).verdict, Verdict::fail) << name(setting.dtype);
  }
}

TEST(PassThroughDims, ANaNInTheTailStaysThere) {
  const Spoil spoil = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    if (at.pair != 2) return right;
    const OutputPlace tail{at.of_q, at.head, at.token, -1, 1};
    const double zero = 0 * to_double(request.dtype, input_at(request, tail));
    return bits_of(request.dtype, to_double(request.dtype, right) + zero);
  };
  for (const Setting& setting : every_setting()) {
    const reports::Case result = judged(pass_through_dims, spoil, setting);
    EXPECT_EQ(result.verdict, Verdict::fail) << name(setting.dtype);
    ASSERT_TRUE(result.worst);
    EXPECT_EQ(result.worst->pair, 2);
  }
}

TEST(PassThroughDims, ANaNMayComeOutAsAnotherNaN) {
  const Spoil spoil = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    return at.pair < 0 && std::isnan(to_double(request.dtype, right)) ? right ^ 1U : right;
  };
  EXPECT_EQ(judged(pass_through_dims, spoil).verdict, Verdict::pass);
}

TEST(PassThroughDims, NaNWrittenIntoTheTailFails) {
  const Spoil spoil = [](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
    return at.pair < 0 && !at.of_q && at.element == 23 ? nan_of(request.dtype) : right;
  };
  EXPECT_EQ(judged(pass_through_dims, spoil).verdict, Verdict::fail);
}

TEST(SpecialValues, SwallowedInEitherElementOfAnyPair) {
  for (int pair : {0, 1, 6, 7}) {
    for (int element : {0, 1}) {
      // Treats a NaN there as 0.
      const Spoil spoil = [&](std::uint32_t right, const OutputPlace& at, const RotateRequest& request) {
        OutputPlace input = at;
        input.element = element;
        if (at.pair != pair || !std::isnan(to_double(request.dtype, input_at(request, input)))) return right;
        return bits_of(request.dtype, 0.5);
      };
      EXPECT_EQ(judged(special_values, spoil).verdict, Verdict::fail) << pair << " " << element;
    }
  }
}

TEST(InPlace, OneThatDoesNothingElseCannotBeSeenToDiffer) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  Probe probe{
      [](const RotateRequest& request) { return rotate_synthetically(request, small_fixture().frequencies(), {}); },
      small_fixture(), judge};
  EXPECT_EQ(in_place(probe).verdict, Verdict::pass);
  probe.in_place_only = true;
  EXPECT_EQ(in_place(probe).verdict, Verdict::not_observable);
}

TEST(Offsets, SaysWhichKindsWereRefused) {
  const std::vector<double> inv_freq = partial_fixture().frequencies();
  const Rotate no_offsets = [&](const RotateRequest& request) {
    if (request.arrangement.positions == PositionsAs::token_int32 ||
        request.arrangement.positions == PositionsAs::token_int64) {
      return rotate_synthetically(request, inv_freq, {});
    }
    RotateAnswer refusal;
    refusal.status = RotateAnswer::Status::unsupported;
    refusal.message = "token positions only";
    return refusal;
  };
  const reports::Case result = judged(offsets, no_offsets);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_THAT(result.message, HasSubstr("an offset"));
  EXPECT_THAT(result.message, HasSubstr("token positions only"));
}

}  // namespace
}  // namespace rope::conformance
