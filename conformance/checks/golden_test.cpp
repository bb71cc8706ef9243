// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Verdicts and grades of the golden checks on responses whose error is known, cell by cell.
#include "conformance/checks/golden.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;
using ::testing::HasSubstr;

Contract contract_of(const std::string& text, DType dtype) {
  return std::get<Contract>(parse_contract(text, dtype));
}

/// Turns every output by this share of E(1, 1)'s own angle at the cell.
Disturb turned(const Judge& judge, double share, std::int64_t from = 0) {
  return [&judge, share, from](Exactly y, Head, std::int64_t position, int pair) {
    if (position < from) return y;
    const double angle = share * judge.usual().angle(position, pair);
    return Exactly{y.y0 * std::cos(angle) - y.y1 * std::sin(angle), y.y0 * std::sin(angle) + y.y1 * std::cos(angle)};
  };
}

TEST(GoldenTable, CorrectlyRoundedIsExactInEachDtype) {
  for (DType dtype : tensor_dtypes) {
    const Judge judge(small_fixture(), dtype, std::nullopt);
    const Response response = respond_with(small_fixture(), dtype, Pairing::half_split, {});
    for (const JudgedCase& judged : {golden_table(response, small_fixture(), judge, false),
                                     golden_rotation(response, small_fixture(), judge, false)}) {
      EXPECT_EQ(judged.record.verdict, Verdict::pass);
      EXPECT_EQ(judged.accuracy.grade, Grade::exact);
      EXPECT_EQ(judged.accuracy.correctly_rounded, judged.accuracy.components);
      EXPECT_LE(judged.accuracy.equal_ratio, 0.6) << "one rounding is inside the limit of better";
    }
  }
}

TEST(GoldenTable, GradesFollowTheError) {
  struct Step {
    double share;
    Grade grade;
    Verdict verdict;
  };
  // Pairs whose angle bound dwarfs rounding decide; pair 0 has no angle error to turn by.
  for (const Step& step : {Step{0.2, Grade::better, Verdict::pass}, Step{0.9, Grade::equal, Verdict::pass},
                           Step{5, Grade::looser, Verdict::warning}, Step{40, Grade::fail, Verdict::fail}}) {
    const Judge judge(small_fixture(), DType::f32, std::nullopt);
    const Response response = respond_with(small_fixture(), DType::f32, Pairing::half_split, turned(judge, step.share));
    const JudgedCase judged = golden_table(response, small_fixture(), judge, false);
    EXPECT_EQ(judged.accuracy.grade, step.grade) << step.share;
    EXPECT_EQ(judged.record.verdict, step.verdict) << step.share << " " << judged.record.message;
  }
}

TEST(GoldenTable, OneCellDecidesAndIsNamed) {
  for (DType dtype : tensor_dtypes) {
    const Judge judge(small_fixture(), dtype, std::nullopt);
    const std::int64_t position = small_fixture().positions[30];
    ASSERT_LT(position, small_fixture().spec.max_position);
    const Response response =
        respond_with(small_fixture(), dtype, Pairing::half_split, [&](Exactly y, Head head, std::int64_t p, int pair) {
          if (p == position && pair == 5 && head == Head::e2) y.y1 += 0.05;
          return y;
        });
    const JudgedCase judged = golden_table(response, small_fixture(), judge, false);
    EXPECT_EQ(judged.record.verdict, Verdict::fail) << name(dtype);
    ASSERT_TRUE(judged.record.worst.has_value());
    EXPECT_EQ(judged.record.worst->position, position);
    EXPECT_EQ(judged.record.worst->pair, 5);
    EXPECT_EQ(judged.record.worst->input_kind, "e2");
    EXPECT_NEAR(judged.record.worst->error, 0.05, 0.005);
    EXPECT_EQ(golden_rotation(response, small_fixture(), judge, false).record.verdict, Verdict::pass)
        << "random rows are another check's";
  }
}

TEST(GoldenTable, NotANumberFails) {
  const Judge judge(small_fixture(), DType::bf16, std::nullopt);
  const Response response =
      respond_with(small_fixture(), DType::bf16, Pairing::half_split, [&](Exactly y, Head, std::int64_t p, int pair) {
        if (p == small_fixture().positions[3] && pair == 7) y.y0 = NAN;
        return y;
      });
  const JudgedCase judged = golden_table(response, small_fixture(), judge, false);
  EXPECT_EQ(judged.record.verdict, Verdict::fail);
  EXPECT_EQ(judged.record.worst->pair, 7);
}

TEST(GoldenTable, SignOfZeroIsNotJudged) {
  const Judge judge(small_fixture(), DType::f16, std::nullopt);
  const Response response =
      respond_with(small_fixture(), DType::f16, Pairing::half_split, [](Exactly y, Head, std::int64_t, int) {
        if (y.y0 == 0) y.y0 = -0.0;
        if (y.y1 == 0) y.y1 = -0.0;
        return y;
      });
  EXPECT_EQ(golden_table(response, small_fixture(), judge, false).accuracy.grade, Grade::exact);
}

TEST(Contract, OutsideItsOwnBoundFailsThoughTheGradeIsFine) {
  // Claims binary64 up to one rounding, delivers what the usual fp32 pipeline does.
  const Contract claimed =
      contract_of("freq=f64:rpow angle=f64 trig=f64~1ulp table=none rotate=f64:mul out=f32:rn", DType::f32);
  const Judge judge(small_fixture(), DType::f32, claimed);
  const Response response = respond_with(small_fixture(), DType::f32, Pairing::half_split, turned(judge, 0.9));
  const JudgedCase judged = golden_table(response, small_fixture(), judge, false);
  EXPECT_EQ(judged.accuracy.grade, Grade::equal);
  EXPECT_EQ(judged.record.verdict, Verdict::fail);
  EXPECT_THAT(judged.record.message, HasSubstr("outside the declared contract"));
  EXPECT_GT(judged.record.ratio.value_or(0), 1);
}

TEST(Contract, WeakOnesNeverTurnAFailIntoAPass) {
  for (const char* weak : {"freq=bf16:rpow", "trig=f32~1000000ulp", "pos=bf16", "angle=bf16"}) {
    const Contract declared = contract_of(weak, DType::bf16);
    const Judge judge(small_fixture(), DType::bf16, declared);
    // Far outside the usual pipeline, yet inside what was declared.
    const Response wrong = respond_with(small_fixture(), DType::bf16, Pairing::half_split, turned(judge, 100));
    EXPECT_EQ(golden_table(wrong, small_fixture(), judge, false).record.verdict, Verdict::fail) << weak;
    // Even faultless outputs do not conform under such a contract, unless it is accepted by name.
    const Response right = respond_with(small_fixture(), DType::bf16, Pairing::half_split, {});
    const JudgedCase judged = golden_table(right, small_fixture(), judge, false);
    EXPECT_EQ(judged.record.verdict, Verdict::fail) << weak;
    EXPECT_THAT(judged.record.message, HasSubstr("below floor"));
    // And not even then where it lets some angle be anything.
    const reports::Case accepted = golden_table(right, small_fixture(), judge, true).record;
    if (const auto from = judge.contract_empty_from()) {
      EXPECT_EQ(accepted.verdict, Verdict::fail) << weak;
      const std::string why = "the contract says nothing from position " + std::to_string(*from) +
                              " on; --accept-declared cannot accept that";
      EXPECT_THAT(accepted.message, HasSubstr(why));
      EXPECT_THAT(judged.record.message, HasSubstr(why)) << "it is not offered either";
    } else {
      EXPECT_STREQ(weak, "trig=f32~1000000ulp") << "the others let some angle be anything";
      EXPECT_EQ(accepted.verdict, Verdict::warning);
      EXPECT_THAT(judged.record.message, HasSubstr("; --accept-declared accepts it"));
    }
  }
}

TEST(Contract, ABoundBeyondAllNumbersAllowsNoNaN) {
  for (DType dtype : tensor_dtypes) {
    const Judge judge(small_fixture(), dtype, contract_of("trig=f32~1e308ulp", dtype));
    const Response broken =
        respond_with(small_fixture(), dtype, Pairing::half_split, [](Exactly, Head, std::int64_t, int) {
          return Exactly{NAN, NAN};
        });
    EXPECT_EQ(golden_table(broken, small_fixture(), judge, true).record.verdict, Verdict::fail) << name(dtype);
    EXPECT_EQ(golden_rotation(broken, small_fixture(), judge, true).record.verdict, Verdict::fail) << name(dtype);
    EXPECT_EQ(long_context(broken, small_fixture(), judge, true).judged.record.verdict, Verdict::fail) << name(dtype);
  }
}

TEST(LongContext, HorizonIsTheLastGoodPositionBeforeTheFirstBadOne) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  const std::size_t bad_row = 40;
  const std::int64_t from = small_fixture().positions[bad_row];
  ASSERT_LT(from, small_fixture().spec.max_position);
  const Response response = respond_with(small_fixture(), DType::f32, Pairing::half_split, turned(judge, 40, from));
  const LongContext found = long_context(response, small_fixture(), judge, false);
  EXPECT_EQ(found.judged.record.verdict, Verdict::fail);
  EXPECT_EQ(found.horizon.holds, small_fixture().positions[bad_row - 1]);
  EXPECT_EQ(found.horizon.checked_to, small_fixture().positions.back());
}

TEST(LongContext, PastTheModelsLimitIsAWarning) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  const Response response = respond_with(small_fixture(), DType::f32, Pairing::half_split,
                                         turned(judge, 40, small_fixture().spec.max_position));
  const LongContext found = long_context(response, small_fixture(), judge, false);
  EXPECT_EQ(found.judged.record.verdict, Verdict::warning) << found.judged.record.message;
  EXPECT_GE(found.horizon.holds.value_or(0), small_fixture().spec.max_position - 1);
  EXPECT_EQ(golden_table(response, small_fixture(), judge, false).record.verdict, Verdict::pass);
}

TEST(LongContext, AngleErrorIsMeasured) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  const Response response = respond_with(
      small_fixture(), DType::f32, Pairing::half_split, [](Exactly y, Head, std::int64_t position, int pair) {
        if (position < 4096 || pair != 3) return y;
        const double a = 0.125;
        return Exactly{y.y0 * std::cos(a) - y.y1 * std::sin(a), y.y0 * std::sin(a) + y.y1 * std::cos(a)};
      });
  const LongContext found = long_context(response, small_fixture(), judge, false);
  EXPECT_NEAR(found.horizon.angle_error, 0.125, 1e-6);
  EXPECT_LT(found.horizon.usual_angle_error, 0.01);
}

TEST(Unanswered, KeepsItsReason) {
  Response response;
  response.status = RotateAnswer::Status::crashed;
  response.message = "SIGSEGV in apply";
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  const JudgedCase judged = golden_table(response, small_fixture(), judge, false);
  EXPECT_EQ(judged.record.verdict, Verdict::crashed);
  EXPECT_EQ(judged.record.message, "SIGSEGV in apply");
}

}  // namespace
}  // namespace rope::conformance
