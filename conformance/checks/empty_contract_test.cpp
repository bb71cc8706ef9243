// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The first empty position, against a search of every position and against what the contract says by itself.
#include "conformance/checks/empty_contract.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace rope::conformance {
namespace {

constexpr int pairs = 64;
constexpr std::int64_t end = 8192;

Bounds bounds_of(const std::string& contract, double attention_factor = 1) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = 2 * pairs;
  spec.theta = 1e4;
  spec.family = DefaultFamily{};
  spec.attention_factor = attention_factor;
  spec.max_position = end;
  std::vector<double> inv_freq;
  for (int pair = 0; pair < pairs; ++pair) inv_freq.push_back(std::pow(1e4, -pair / static_cast<double>(pairs)));
  return Bounds(spec, std::get<Contract>(parse_contract(contract, DType::f32)), DType::f32, inv_freq);
}

std::optional<std::int64_t> empty(const std::string& contract, double attention_factor = 1) {
  return empty_from(bounds_of(contract, attention_factor), 1, 1, pairs, end);
}

TEST(EmptyFrom, NowhereWhereTheContractIsUsual) {
  EXPECT_EQ(empty("freq=f32:rpow~2ulp"), std::nullopt);
  EXPECT_EQ(empty("rotate=f32:fma"), std::nullopt);
  EXPECT_EQ(empty_from(bounds_of("freq=bf16:rpow"), 1, 1, pairs, 0), std::nullopt) << "no position at all";
}

TEST(EmptyFrom, TheFirstPositionWhereSomeAngleMayBeAnything) {
  // bf16 holds 8192 and many positions before it, fp16 all to 2048: there nothing is lost, beside much.
  for (const char* contract : {"freq=bf16:rpow~2ulp", "pos=bf16", "pos=f16", "pos=bf16:div(3)", "angle=bf16"}) {
    const Bounds bounds = bounds_of(contract);
    for (const double alpha : {0.75, 1.0, 16.0}) {
      const auto anything = [&](std::int64_t position) {
        for (int pair = 0; pair < pairs; ++pair) {
          if (alpha * bounds.angle(position, pair) >= std::numbers::pi / 3) return true;
        }
        return false;
      };
      std::int64_t first = 0;
      while (first < end && !anything(first)) ++first;
      ASSERT_LT(first, end) << contract << " " << alpha;
      for (const std::int64_t limit : {first + 1, first + 2, end - 3, end, end + 1}) {
        EXPECT_EQ(empty_from(bounds, alpha, 1, pairs, limit), first) << contract << " " << alpha << " " << limit;
      }
      EXPECT_EQ(empty_from(bounds, alpha, 1, pairs, first), std::nullopt) << contract << " " << alpha;
    }
  }
  // Pair 1, 0.87, may lose half an ulp of bf16, 2^-9; nothing else is large.
  const std::int64_t from = *empty("freq=bf16:rpow~2ulp");
  EXPECT_NEAR(static_cast<double>(from), std::numbers::pi / 3 * 512, 2);
}

TEST(EmptyFrom, PositionZeroWhereTheRotationMayBeAnything) {
  EXPECT_EQ(empty("trig=f32~1e6ulp"), std::nullopt) << "six hundredths are still something";
  EXPECT_EQ(empty("trig=f32~2e7ulp"), 0);
  EXPECT_EQ(empty("trig=f32~0.7abs"), std::nullopt) << "0.99 of the pair's length";
  EXPECT_EQ(empty("trig=f32~0.71abs"), 0);
  // Both grow with A alike.
  EXPECT_EQ(empty("trig=f32~0.6abs", 3), std::nullopt);
  EXPECT_EQ(empty("trig=f32~1abs", 3), 0);
}

TEST(EmptyFrom, WhereAnErrorThatGrowsWithTheAngleHasGrownEnough) {
  // k·|angle|·2^-24 in each of cos and sin: 1/sqrt(2) at angle 2^24/(sqrt(2)·k), which is the position in pair 0.
  const std::int64_t from = *empty("trig=f32~8000arg");
  EXPECT_NEAR(static_cast<double>(from), 0x1p24 / (std::numbers::sqrt2 * 8000), 2);
}

}  // namespace
}  // namespace rope::conformance
