// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a pass makes of sampled cases: verdicts, horizons and tiers, also where it broke down.
#include "conformance/exhaustive/swept_cases.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

/// A pass without an error, to position `checked` - 1.
Sweep perfect(std::int64_t checked) {
  Sweep sweep;
  sweep.status = RotateAnswer::Status::ok;
  sweep.pairs = small_fixture().pairs();
  sweep.checked = checked;
  for (SweepAccuracy* heads : {&sweep.within.table, &sweep.within.rotation, &sweep.past.table, &sweep.past.rotation}) {
    heads->cells = 100;
    heads->components = heads->correctly_rounded = 200;
    heads->worst_failing.emplace();
    heads->worst_equal.emplace();
  }
  return sweep;
}

LongContext sampled(const Judge& judge) {
  const fixtures::Fixture& fixture = small_fixture();
  return long_context(respond_with(fixture, DType::f32, Pairing::half_split, {}), fixture, judge, false);
}

TEST(SweptCases, APassWithoutErrorsIsTheBestTierToItsEnd) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  LongContext found = sampled(judge);
  add_swept(found, perfect(16384), judge, DType::f32, false);
  EXPECT_EQ(found.judged.record.verdict, reports::Verdict::pass);
  EXPECT_EQ(found.horizon.holds, 16383);
  EXPECT_EQ(found.horizon.tiers->tier, "correctly rounded");
  EXPECT_EQ(found.horizon.tiers->a_to, 16383);
}

TEST(SweptCases, TiersAreTheBestThatHoldsToTheLimit) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  Sweep sweep = perfect(16384);
  sweep.past.table.first_past_a = 9000;  // past the limit: the horizon ends, the tier stays
  EXPECT_EQ(tiers_of(sweep, 8192, false).tier, "correctly rounded");
  EXPECT_EQ(tiers_of(sweep, 8192, false).a_to, 8999);
  sweep.within.rotation.first_rounded_wrong = 17;
  EXPECT_EQ(tiers_of(sweep, 8192, false).tier, "A");
  EXPECT_EQ(tiers_of(sweep, 8192, false).correctly_rounded_to, 16);
  sweep.within.table.first_past_a = 5;
  EXPECT_EQ(tiers_of(sweep, 8192, false).tier, "B");
  EXPECT_EQ(tiers_of(sweep, 8192, false).a_to, 4);
  sweep.within.table.first_past_b = 0;
  EXPECT_EQ(tiers_of(sweep, 8192, false).tier, "none");
  EXPECT_EQ(tiers_of(sweep, 8192, true).tier, "C");
  EXPECT_EQ(tiers_of(sweep, 8192, true).b_to, std::nullopt);
  EXPECT_EQ(tiers_of(perfect(8191), 8192, true).tier, "unknown");
}

TEST(SweptCases, WhereItBrokeDownNothingHoldsPastThat) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  LongContext found = sampled(judge);
  Sweep sweep = perfect(4096);
  sweep.status = RotateAnswer::Status::crashed;
  sweep.message = "from position 4096 on: SIGSEGV";
  add_swept(found, sweep, judge, DType::f32, false);
  EXPECT_EQ(found.judged.record.verdict, reports::Verdict::crashed);
  EXPECT_EQ(found.horizon.holds, 4095);
  EXPECT_EQ(found.horizon.checked_to, 4095);
  EXPECT_EQ(found.horizon.tiers->tier, "unknown");
  EXPECT_EQ(found.horizon.tiers->a_to, 4095);
  // Beside the other pairing, which was whole: the worse of the two.
  reports::Tiers both = tiers_of(perfect(16384), 8192, false);
  merge(both, *found.horizon.tiers);
  EXPECT_EQ(both.tier, "unknown");
  EXPECT_EQ(both.a_to, 4095);
}

TEST(SweptCases, AFailureOfThePassFailsTheSampledCase) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  LongContext found = sampled(judge);
  Sweep sweep = perfect(16384);
  SweepAccuracy& table = sweep.within.table;
  table.grade = Grade::fail;
  table.first_failure = 3001;
  table.equal_ratio = table.failing_ratio = 7;
  table.worst_failing->position = 3001;
  table.worst_failing->ratio = 7;
  add_swept(found, sweep, judge, DType::f32, false);
  EXPECT_EQ(found.judged.record.verdict, reports::Verdict::fail);
  EXPECT_EQ(found.horizon.holds, 3000);
  EXPECT_EQ(found.judged.record.worst->position, 3001);
}

/// Cells that all failed at `position` and were right elsewhere; none failed where there is none.
Accuracy failing_at(std::optional<std::int64_t> position) {
  Accuracy out;
  out.cells = 100;
  out.components = 200;
  if (!position) return out;
  out.grade = Grade::fail;
  out.equal_ratio = out.failing_ratio = 7;
  SeenCell cell;
  cell.position = *position;
  out.worst_equal = out.worst_failing = cell;
  out.first_failure = *position;
  return out;
}

struct Seen {
  std::optional<std::int64_t> by_samples, by_pass, by_pass_past_the_limit;
};

/// Samples at 0, 1000, ..., 16000, a model's limit of 8192, and a pass over positions 0 to 9999.
std::optional<std::int64_t> holds(const Seen& seen) {
  const fixtures::Fixture& fixture = small_fixture();
  const Judge judge(fixture, DType::f32, std::nullopt);
  LongContext sampled;
  sampled.judged.accuracy = failing_at(seen.by_samples);
  sampled.horizon.max_position = fixture.spec.max_position;
  sampled.horizon.checked_to = 16000;
  sampled.horizon.holds = seen.by_samples ? *seen.by_samples - 1000 : 16000;
  Sweep sweep;
  sweep.status = RotateAnswer::Status::ok;
  sweep.pairs = fixture.pairs();
  sweep.checked = 10000;
  static_cast<Accuracy&>(sweep.within.table) = failing_at(seen.by_pass);
  static_cast<Accuracy&>(sweep.past.table) = failing_at(seen.by_pass_past_the_limit);
  add_swept(sampled, sweep, judge, DType::f32, false);
  return sampled.horizon.holds;
}

TEST(SweptCases, AHorizonEndsBeforeTheFirstFailureOfEither) {
  EXPECT_EQ(holds({}), 16000);
  EXPECT_EQ(holds({std::nullopt, 4321, std::nullopt}), 4320);
  EXPECT_EQ(holds({std::nullopt, std::nullopt, 9000}), 8999);
  EXPECT_EQ(holds({std::nullopt, 4321, 9000}), 4320);
  EXPECT_EQ(holds({5000, 4321, std::nullopt}), 4320);
  EXPECT_EQ(holds({5000, 6000, std::nullopt}), 4999) << "only the samples have heads that fail there";
  EXPECT_EQ(holds({5000, std::nullopt, std::nullopt}), 4999);
  EXPECT_EQ(holds({5000, std::nullopt, 9000}), 4999);
  EXPECT_EQ(holds({std::nullopt, 0, std::nullopt}), std::nullopt);
}

}  // namespace
}  // namespace rope::conformance
