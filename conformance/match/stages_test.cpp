// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a stage loses is measured as its derivation says: inside its bound, near it where it should be, 0 where it is
// exact.
#include "conformance/match/stages.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "conformance/testing/emulated.hpp"
#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

std::map<std::string, StageError> split(const std::string& text, DType dtype,
                                        const fixtures::Fixture& fixture = small_fixture()) {
  const Contract contract = contract_of(text, dtype);
  const Response response = emulated_response(fixture, contract, dtype);
  const Pipeline pipeline(fixture.spec, contract, dtype);
  const StageSplit found = split_by_stage(response, fixture, contract, &pipeline);
  EXPECT_LE(found.total, found.total_bound) << text;
  std::map<std::string, StageError> out;
  for (const StageError& stage : found.stages) {
    EXPECT_TRUE(stage.measured) << text << " " << stage.stage;
    EXPECT_LE(stage.ratio, 1) << text << " " << stage.stage << " at position " << stage.position << " pair "
                              << stage.pair;
    EXPECT_LE(stage.measured.value_or(HUGE_VAL), stage.bound * stage.ratio * (1 + 0x1p-50))
        << text << " " << stage.stage;
    out[std::string(stage.stage)] = stage;
  }
  return out;
}

const char* usual_bf16 = "freq=f32:rpow(glibc) trig=f32:glibc table=bf16:rn rotate=bf16:mul";

TEST(Split, EveryStageIsInsideItsBound) {
  for (const char* text :
       {"freq=f32:rpow(glibc) trig=f32:glibc", "freq=f32:cr trig=f32:cr", "freq=f32:pow(glibc) trig=f32:cr",
        "freq=f32:exp(glibc) trig=f32:glibc", "freq=f32:exp2(glibc) trig=f32:cr",
        "freq=f32:rpow(glibc) trig=f32:glibc table=none rotate=f32:fma(xc,xs)",
        "pos=f32 freq=f32:rpow(glibc) trig=f32:glibc", "pos=bf16 freq=f32:rpow(glibc) trig=f32:glibc",
        "freq=f32:rpow(glibc) angle=f64:mul trig=f64:glibc", "freq=f32:pow(glibc) angle=f32:iter trig=f32:glibc",
        "freq=f32:rpow(glibc) angle=f32:einsum trig=f32:glibc", "freq=f32:rpow(glibc) angle=bf16:einsum trig=f32:glibc",
        "freq=f64:rpow(glibc) angle=f64:mul trig=f64:glibc"}) {
    split(text, DType::f32);
  }
  for (const char* text : {usual_bf16, "freq=f32:rpow(glibc) trig=f32:glibc table=bf16:rz rotate=bf16:mul",
                           "freq=f32:rpow(glibc) trig=f32:glibc table=none rotate=f32:mul out=bf16:rn",
                           "freq=f32:rpow(glibc) trig=f32:glibc table=none rotate=f32:mul out=bf16:rz",
                           "freq=f64:rpow(glibc) angle=f64:mul trig=f64:glibc table=none rotate=f64:mul out=bf16:rn"}) {
    split(text, DType::bf16);
  }
  split("freq=f32:rpow(glibc) trig=f32:glibc table=f16:rn rotate=f16:mul", DType::f16);
}

TEST(Split, AttentionFactorsStandWhereTheyAreMultiplied) {
  fixtures::Fixture fixture = small_fixture();
  const double a = 1.2079441541679836;
  fixture.spec.attention_factor = a;
  for (auto* table : {&fixture.cos, &fixture.sin}) {
    for (DoubleDouble& value : *table) {
      const double hi = value.hi * a;
      value = {hi, std::fma(value.hi, a, -hi) + value.lo * a};
    }
  }
  // The golden rotations are still those without a factor, so only the stages are looked at, not the total.
  for (const char* place : {"af=f32@trig", "af=f32@stored", "af=f32@out", "q.af=f32@q k.af=f32@k"}) {
    const Contract contract =
        for_tensor(contract_of(std::string("freq=f32:rpow(glibc) trig=f32:glibc ") + place, DType::f32), Tensor::q,
                   Direction::forward);
    const Response response = emulated_response(fixture, contract, DType::f32);
    const Pipeline pipeline(fixture.spec, contract, DType::f32);
    const StageSplit found = split_by_stage(response, fixture, contract, &pipeline);
    for (const StageError& stage : found.stages) EXPECT_LE(stage.ratio, 1) << place << " " << stage.stage;
    const StageError& table = found.stages.at(4);
    const bool in_table = std::string(place) == "af=f32@trig" || std::string(place) == "af=f32@stored";
    EXPECT_EQ(*table.measured > 0, in_table) << place;
    EXPECT_LT(*table.measured, 1e-6) << place;
    EXPECT_LT(*found.stages.at(3).measured, 1e-6) << place;
  }
}

TEST(Split, WhatIsExactIsZero) {
  auto stages = split(usual_bf16, DType::bf16);
  EXPECT_EQ(*stages["position"].measured, 0);
  EXPECT_EQ(*stages["output"].measured, 0) << "no cast after the arithmetic";
  stages =
      split("freq=f64:rpow(glibc) angle=f64:mul trig=f64:glibc table=none rotate=f64:mul out=bf16:rn", DType::bf16);
  EXPECT_EQ(*stages["table"].measured, 0);
  EXPECT_LT(*stages["trigonometry"].measured, 0x1p-52);
  EXPECT_LT(*stages["angle"].measured, 0x1p-40);
}

TEST(Split, RoundingsComeNearTheirBounds) {
  const auto stages = split(usual_bf16, DType::bf16);
  EXPECT_GT(stages.at("angle").ratio, 0.95);
  EXPECT_GT(stages.at("table").ratio, 0.9);
  EXPECT_GT(stages.at("rotation").ratio, 0.5);
  const auto truncated = split("freq=f32:rpow(glibc) trig=f32:glibc table=bf16:rz rotate=bf16:mul", DType::bf16);
  EXPECT_GT(*truncated.at("table").measured, 1.5 * *stages.at("table").measured);
  const auto cast = split("freq=f32:rpow(glibc) trig=f32:glibc table=none rotate=f32:mul out=bf16:rn", DType::bf16);
  EXPECT_GT(cast.at("output").ratio, 0.9);
  EXPECT_LE(cast.at("output").ratio, 1);
}

TEST(Split, ARoundedPositionIsSeenWhereItIsRounded) {
  const auto stages = split("pos=bf16 freq=f32:rpow(glibc) trig=f32:glibc table=bf16:rn rotate=bf16:mul", DType::bf16);
  EXPECT_GE(*stages.at("position").measured, 1);  // pair 0 past 256, whole positions off
  const auto usual = split(usual_bf16, DType::bf16);
  EXPECT_EQ(*stages.at("frequency").measured, *usual.at("frequency").measured);
}

TEST(Split, WithoutAPipelineThereAreBoundsAndATotal) {
  const Contract contract = contract_of(usual_bf16, DType::bf16);
  const Response response = emulated_response(small_fixture(), contract, DType::bf16);
  const StageSplit found = split_by_stage(response, small_fixture(), contract, nullptr);
  ASSERT_EQ(found.stages.size(), 7U);
  for (const StageError& stage : found.stages) {
    EXPECT_FALSE(stage.measured) << stage.stage;
    EXPECT_EQ(stage.bound > 0, stage.stage != "position" && stage.stage != "output") << stage.stage;
  }
  EXPECT_GT(found.total, 0);
  EXPECT_LE(found.total, found.total_bound);
}

}  // namespace
}  // namespace rope::conformance
