// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every way to a verdict, and that no NaN finds another.
#include "conformance/checks/verdict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace rope::conformance {
namespace {

using reports::Verdict;

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::optional<Contract> declared(const char* text) {
  return std::get<Contract>(parse_contract(text, DType::f32));
}

TEST(RatioOf, IsNeverANaN) {
  EXPECT_EQ(ratio_of(1, 4), 0.25);
  EXPECT_EQ(ratio_of(0, 0), 0);
  for (double bound : {0.0, 1.0, infinite, nan}) {
    EXPECT_EQ(ratio_of(0, bound), 0) << bound;
    EXPECT_EQ(ratio_of(nan, bound), infinite) << bound;
    EXPECT_EQ(ratio_of(infinite, bound), infinite) << bound;
  }
  EXPECT_EQ(ratio_of(1, 0), infinite);
  EXPECT_EQ(ratio_of(1, nan), infinite);
  EXPECT_EQ(ratio_of(1, infinite), 0);
}

TEST(VerdictFrom, NothingDeclared) {
  for (Floor floor : {Floor::counts, Floor::does_not_count}) {
    for (bool accept : {false, true}) {
      const auto decide = [&](double equal, double failing) {
        return verdict_from({equal, failing, std::nullopt}, std::nullopt, accept, floor);
      };
      EXPECT_EQ(decide(1, 1).verdict, Verdict::pass);
      EXPECT_EQ(decide(1.5, 0.5).verdict, Verdict::warning);
      EXPECT_EQ(decide(1.5, 0.5).because, Because::looser);
      EXPECT_EQ(decide(20, 1.25).verdict, Verdict::fail);
      EXPECT_EQ(decide(20, 1.25).because, Because::limit);
      EXPECT_EQ(decide(20, 1.25).ratio, 1.25);
      EXPECT_EQ(decide(infinite, infinite).verdict, Verdict::fail);
    }
  }
}

TEST(VerdictFrom, AContractTightensAndNeverExcuses) {
  const auto contract = declared("rotate=f32:fma");
  ASSERT_FALSE(below_floor(*contract));
  for (bool accept : {false, true}) {
    const auto decide = [&](double equal, double failing, double of_contract) {
      return verdict_from({equal, failing, of_contract}, contract, accept, Floor::counts);
    };
    EXPECT_EQ(decide(0.5, 0.25, 1).verdict, Verdict::pass);
    EXPECT_EQ(decide(0.5, 0.25, 1.5).because, Because::contract);
    EXPECT_EQ(decide(0.5, 0.25, 1.5).ratio, 1.5);
    EXPECT_TRUE(decide(0.5, 0.25, 0.5).by_contract) << "the nearer limit is shown";
    EXPECT_FALSE(decide(0.5, 0.25, 0.125).by_contract);
    EXPECT_EQ(decide(9, 2, 0.5).because, Because::limit) << "inside what it declared, outside what conforms";
    const Decision both = decide(9, 3, 2);
    EXPECT_EQ(both.verdict, Verdict::fail);
    EXPECT_EQ(both.because, Because::limit);
    EXPECT_EQ(both.ratio, 3);
    EXPECT_EQ(decide(2, 0.5, 0.75).because, Because::looser);
  }
}

TEST(VerdictFrom, BelowTheFloor) {
  const auto weak = declared("freq=bf16:rpow");
  ASSERT_TRUE(below_floor(*weak));
  const auto decide = [&](Ratios ratios, bool accept, Floor floor) {
    return verdict_from(ratios, weak, accept, floor);
  };
  const Ratios right{0.5, 0.25, 0.125};
  EXPECT_EQ(decide(right, false, Floor::counts).verdict, Verdict::fail);
  EXPECT_EQ(decide(right, false, Floor::counts).because, Because::below_floor);
  EXPECT_EQ(decide(right, true, Floor::counts).verdict, Verdict::warning);
  EXPECT_EQ(decide(right, true, Floor::counts).because, Because::accepted);
  EXPECT_EQ(decide(right, false, Floor::does_not_count).verdict, Verdict::pass);
  EXPECT_EQ(decide(right, true, Floor::does_not_count).verdict, Verdict::pass);
  const Ratios as_declared{30, 10, 0.5};
  for (Floor floor : {Floor::counts, Floor::does_not_count}) {
    EXPECT_EQ(decide(as_declared, false, floor).because, Because::limit);
    EXPECT_EQ(decide(as_declared, true, floor).verdict, Verdict::warning);
    EXPECT_EQ(decide(as_declared, true, floor).ratio, 0.5) << "the contract stands in for E(16, 2)";
    EXPECT_EQ(decide({30, 10, 1.5}, true, floor).because, Because::contract) << "accepted, but not kept to";
    EXPECT_EQ(decide({30, 10, infinite}, true, floor).verdict, Verdict::fail);
  }
}

TEST(VerdictFrom, AContractThatSaysNothingIsNeverAccepted) {
  const auto weak = declared("freq=bf16:rpow");
  const auto decide = [&](double failing, double of_contract, bool accept, Floor floor) {
    return verdict_from({failing, failing, of_contract, 536}, weak, accept, floor);
  };
  for (const double failing : {0.25, 10.0}) {
    for (const double of_contract : {0.5, 1.5}) {
      const Decision golden = decide(failing, of_contract, true, Floor::counts);
      EXPECT_EQ(golden.verdict, Verdict::fail);
      EXPECT_EQ(golden.because, Because::says_nothing);
      EXPECT_EQ(golden.ratio, std::max(failing, of_contract)) << "what is worst, as without";
      EXPECT_EQ(decide(failing, of_contract, false, Floor::counts).verdict, Verdict::fail);
      // Where the stages below the floor drop out, the usual limit stays: the contract stands in for nothing.
      const Decision with = decide(failing, of_contract, true, Floor::does_not_count);
      const Decision without = decide(failing, of_contract, false, Floor::does_not_count);
      EXPECT_EQ(with.verdict, without.verdict);
      EXPECT_EQ(with.because, without.because);
      EXPECT_EQ(with.verdict, failing <= 1 && of_contract <= 1 ? Verdict::pass : Verdict::fail);
    }
  }
  EXPECT_EQ(decide(0.25, 0.5, false, Floor::counts).because, Because::below_floor);
  // Above the floor a contract excuses nothing anyway, and saying nothing is its own affair.
  const auto conforming = declared("rotate=f32:fma");
  EXPECT_EQ(verdict_from({0.5, 0.25, 0.5, 536}, conforming, true, Floor::counts).verdict, Verdict::pass);
}

}  // namespace
}  // namespace rope::conformance
