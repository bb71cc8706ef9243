// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Quick limits against the derived ones, from both sides.
#include "conformance/exhaustive/quick_limits.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <variant>
#include <vector>

#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

double in_full(const Bounds& bounds, std::int64_t position, std::size_t pair, double phase, GradeLimit factors) {
  const double a = bounds.attention_factor();
  return bounds.rotation(position, static_cast<int>(pair), a * std::cos(phase), a * std::sin(phase), factors.alpha,
                         factors.beta);
}

// Quick limits must never be above the derived ones, wherever the pair stands on the circle; and where they are far
// below, they would send every cell to be judged in full.
void expect_below(const Judge& judge, std::size_t pairs, double nearest = 0.5) {
  const QuickLimits limits(judge, pairs);
  QuickLimits::Row row;
  double least = 1;
  const double a = judge.usual().attention_factor();
  for (const std::int64_t position : {0L, 1L, 2L, 3L, 77L, 300L, 2049L, 4096L, 8191L, 100001L, 131071L, 1048575L,
                                      16777215L, 16777216L, 1099511627776L}) {
    // All around the circle, and next to where a component changes its binade.
    for (int n = 0; n < 96; ++n) {
      double phase = 2 * std::numbers::pi * n / 64 + 1e-9;
      if (n >= 64) phase = std::acos(std::ldexp(n % 2 == 0 ? 1 - 0x1p-45 : 1 + 0x1p-45, -1 - (n - 64) / 2) / a);
      if (std::isnan(phase)) continue;
      const std::vector<double> cos(pairs, a * std::cos(phase)), sin(pairs, a * std::sin(phase));
      limits.row(position, cos.data(), sin.data(), cos.data(), sin.data(), row);
      for (std::size_t pair = 0; pair < pairs; ++pair) {
        const auto expect = [&](double quick, const Bounds& bounds, GradeLimit factors) {
          const double full = in_full(bounds, position, pair, phase, factors);
          ASSERT_LE(quick, full) << "position " << position << ", pair " << pair << ", phase " << phase;
          least = std::min(least, quick / full);
        };
        expect(row.better[pair], judge.usual(), better_limit);
        expect(row.equal[pair], judge.usual(), equal_limit);
        expect(row.looser[pair], judge.usual(), looser_limit);
        if (judge.contract_bounds() != nullptr) expect(row.contract.at(pair), *judge.contract_bounds(), equal_limit);
      }
    }
  }
  EXPECT_GT(least, nearest);
}

TEST(QuickLimits, AreNeverAboveTheDerivedOnesAndNotFarBelow) {
  const fixtures::Fixture& plain = small_fixture();
  for (const double factor : {1.0, 1.416, 0.7}) {
    fixtures::Fixture fixture = plain;
    fixture.spec.attention_factor = factor;
    for (const DType dtype : tensor_dtypes) {
      expect_below(Judge(fixture, dtype, std::nullopt), fixture.pairs());
      expect_below(Judge(fixture, dtype, baseline_contract(dtype)), fixture.pairs());
    }
    const auto careful = parse_contract(
        "pos=int freq=f64:rpow~2ulp angle=f64:mul trig=f64~1ulp table=none rotate=f64:mul out=bf16:rn", DType::bf16);
    ASSERT_TRUE(std::holds_alternative<Contract>(careful));
    expect_below(Judge(fixture, DType::bf16, std::get<Contract>(careful)), fixture.pairs());
    for (const char* text :
         {"pos=bf16 freq=f32:rpow~2ulp", "pos=int freq=f32:cr angle=f32:mul trig=f32:glibc",
          "pos=f16 freq=f16:rpow~2ulp angle=f16:mul", "freq=f32:iter(glibc)", "freq=f32:pow~2ulp angle=f32:iter"}) {
      const auto other = parse_contract(text, DType::f32);
      ASSERT_TRUE(std::holds_alternative<Contract>(other)) << std::get<ContractError>(other).message;
      expect_below(Judge(fixture, DType::f32, std::get<Contract>(other), 131072), fixture.pairs(), 0);
    }
    const auto fast = parse_contract("freq=f32:rpow~2ulp trig=f32~1arg", DType::f32);
    ASSERT_TRUE(std::holds_alternative<Contract>(fast));
    expect_below(Judge(fixture, DType::f32, std::get<Contract>(fast)), fixture.pairs(), 0);
  }
}

// S2 falls from a position that an operand's format rounds to the next that it holds: a limit from one is none for all
// that follow.
TEST(QuickLimits, AreNotAboveTheDerivedOnesWherePositionsRoundNowAndThen) {
  const fixtures::Fixture& fixture = small_fixture();
  const std::size_t pairs = fixture.pairs();
  for (const char* text :
       {"freq=f32:cr angle=bf16:einsum", "freq=f32:cr angle=f16:einsum", "freq=f32:cr angle=f32:einsum",
        "freq=f32:cr angle=tf32:einsum", "freq=f32:cr angle=bf16:mul~0.25ulp", "freq=f32:cr angle=bf16:iter"}) {
    SCOPED_TRACE(text);
    const auto parsed = parse_contract(text, DType::f32);
    ASSERT_TRUE(std::holds_alternative<Contract>(parsed)) << std::get<ContractError>(parsed).message;
    const Judge judge(fixture, DType::f32, std::get<Contract>(parsed), 131072);
    const QuickLimits limits(judge, pairs);
    const std::vector<double> cos(pairs, 0.6), sin(pairs, 0.8);
    QuickLimits::Row row;
    for (const std::int64_t first : {0L, 32760L, 16777210L}) {
      for (std::int64_t position = first; position < first + 2100; ++position) {
        limits.row(position, cos.data(), sin.data(), cos.data(), sin.data(), row);
        for (std::size_t pair = 0; pair < pairs; ++pair) {
          const double full = judge.contract_bounds()->rotation(position, static_cast<int>(pair), 0.6, 0.8, 1, 1);
          ASSERT_LE(row.contract.at(pair), full) << "position " << position << ", pair " << pair;
        }
      }
    }
  }
}

}  // namespace
}  // namespace rope::conformance
