// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Horizons of samples and a pass together.
#include "conformance/exhaustive/swept_cases.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

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
