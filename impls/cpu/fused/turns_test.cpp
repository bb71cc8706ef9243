// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The errors that the fused plug-in claims for its cos and sin, held against long double, and their symmetries.
#include "impls/cpu/fused/turns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "impls/cpu/fused/rotation.hpp"
#include "impls/kernel/handle.hpp"
#include "impls/loaded_plugin.hpp"

namespace rope::fused {
namespace {

constexpr double u = 0x1p-53;

/// Angles of all sizes to 2^20, and those next to multiples of pi/4, where quadrants change and sines vanish.
std::vector<double> some_angles() {
  std::vector<double> all{0.0, 0x1p-1074, 0x1p-30, 0x1p20, 0x1.fffffffffffffp19};
  std::mt19937_64 bits(1);
  for (int n = 0; n < 200'000; ++n) {
    all.push_back(std::ldexp(static_cast<double>(bits() >> 11), -53 + 20 - n % 60));
    const double near = static_cast<double>(bits() % 1'335'088) * 0x1.921fb54442d18p-1;
    all.push_back(std::min(near, 0x1p20));
    all.push_back(std::nextafter(all.back(), 0.0));
  }
  while (all.size() % row_step != 0) all.push_back(1);
  return all;
}

class Loops : public testing::TestWithParam<Isa> {
 protected:
  void SetUp() override {
    const std::vector<Isa> here = available_isas();
    if (std::find(here.begin(), here.end(), GetParam()) == here.end()) GTEST_SKIP() << "not on this machine";
  }
  const Kernels& loops = kernels(GetParam());
};

TEST_P(Loops, CosAndSinAreWithinThreeU) {
  const std::vector<double> angles = some_angles();
  std::vector<double> cos(angles.size()), sin(angles.size());
  ASSERT_TRUE(loops.cos_sin(angles.data(), angles.size(), cos.data(), sin.data()));
  long double worst = 0;
  for (std::size_t i = 0; i < angles.size(); ++i) {
    const long double x = angles[i];
    const long double error = std::max(std::fabs(cos[i] - std::cos(x)), std::fabs(sin[i] - std::sin(x)));
    ASSERT_LE(error, 3 * u) << angles[i];
    worst = std::max(worst, error);
  }
  EXPECT_GT(worst, 1 * u) << "a claim that nothing comes near says nothing";
}

TEST_P(Loops, CosAndSinHaveTheBitsOfTheBaseline) {
  const std::vector<double> angles = some_angles();
  std::vector<double> cos(angles.size()), sin(angles.size()), other_cos(angles.size()), other_sin(angles.size());
  loops.cos_sin(angles.data(), angles.size(), cos.data(), sin.data());
  kernels_baseline.cos_sin(angles.data(), angles.size(), other_cos.data(), other_sin.data());
  EXPECT_EQ(cos, other_cos);
  EXPECT_EQ(sin, other_sin);
}

TEST_P(Loops, CosIsEvenAndSinIsOdd) {
  const std::vector<double> angles = some_angles();
  std::vector<double> negative, cos(angles.size()), sin(angles.size()), of_negative(angles.size()),
      minus(angles.size());
  for (const double x : angles) negative.push_back(-x);
  loops.cos_sin(angles.data(), angles.size(), cos.data(), sin.data());
  loops.cos_sin(negative.data(), angles.size(), of_negative.data(), minus.data());
  for (double& s : minus) s = -s;
  EXPECT_EQ(cos, of_negative);
  EXPECT_EQ(sin, minus);
}

TEST_P(Loops, SayWhereAnAngleIsBeyondThem) {
  for (const double beyond : {std::nextafter(0x1p20, 1e9), -0x1.8p20, 1e300, std::numeric_limits<double>::infinity(),
                              -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    for (std::size_t place = 0; place < row_step; ++place) {
      std::vector<double> angles(row_step, 0.5), cos(row_step), sin(row_step);
      EXPECT_TRUE(loops.cos_sin(angles.data(), row_step, cos.data(), sin.data()));
      angles[place] = beyond;
      EXPECT_FALSE(loops.cos_sin(angles.data(), row_step, cos.data(), sin.data())) << beyond << " at " << place;
    }
  }
}

struct Asked {
  kernel::Model<double> model;
  rope_call call{};

  explicit Asked(double base) {
    model.spec = impls::usual_spec(ROPE_HALF_SPLIT);
    model.spec.head_dim = model.spec.rotary_dim = 128;
    model.spec.max_position = std::int64_t{1} << 40;
    model.spec.angles.parametric.base = base;
    model.inv_freq = kernel::inv_freq_of<kernel::CarefulArithmetic>(model.spec);
    call.direction = ROPE_FORWARD;
    call.positions.kind = ROPE_POSITIONS_OFFSET;
  }

  /// cos | sin of the pairs at a position.
  std::vector<double> turns(const Kernels& loops, std::int64_t position) {
    call.positions.offset = position;
    std::vector<double> out(Turns<double>::numbers_per_token(model.spec));
    EXPECT_TRUE(Turns<double>(loops, model, call, false, false).write(0, 0, out.data()));
    out.resize(2 * row_of(model.spec));
    return out;
  }
};

TEST_P(Loops, TurnsAreWithinNineUOfTheirTwoAngles) {
  Asked asked(500000);
  std::mt19937 bits(2);
  long double worst = 0;
  for (int n = 0; n < 4000; ++n) {
    const auto p = static_cast<std::int64_t>(bits() >> (12 + n % 20));
    const std::vector<double> got = asked.turns(loops, p);
    for (std::size_t i = 0; i < 64; ++i) {
      const double f = asked.model.inv_freq[i];
      const double coarse = static_cast<double>(p - p % 16) * f, fine = static_cast<double>(p % 16) * f;
      const long double c1 = std::cos(static_cast<long double>(coarse)),
                        s1 = std::sin(static_cast<long double>(coarse));
      const long double c0 = std::cos(static_cast<long double>(fine)), s0 = std::sin(static_cast<long double>(fine));
      const long double error =
          std::max(std::fabs(got[i] - (c1 * c0 - s1 * s0)), std::fabs(got[64 + i] - (s1 * c0 + c1 * s0)));
      ASSERT_LE(error, 9 * u) << p << " " << i;
      worst = std::max(worst, error);
      // The angle that the contract speaks of is one product: two roundings are within one ulp of it. Each difference
      // is exact, of numbers that are multiples of one quantum and near each other.
      const double position = static_cast<double>(p), whole = position * f;
      const double lost = std::fma(position, f, -whole), ulp = std::nextafter(whole, 1e300) - whole;
      ASSERT_LE(std::fabs((coarse - whole + fine) - lost), ulp) << p << " " << i;
    }
  }
  EXPECT_GT(worst, 2 * u);
}

TEST_P(Loops, TurnsOfNegativePositionsAreConjugates) {
  Asked asked(10000);
  for (const std::int64_t p : {1, 15, 16, 17, 4095, 131071}) {
    const std::vector<double> there = asked.turns(loops, p);
    std::vector<double> back = asked.turns(loops, -p);
    for (std::size_t i = 64; i < 128; ++i) back[i] = -back[i];
    EXPECT_EQ(there, back) << p;
  }
}

TEST_P(Loops, AnglesBeyondThemAreTheLibrarys) {
  Asked asked(10000);
  const std::int64_t p = (std::int64_t{1} << 30) + 16;  // a multiple of 16: the second factor is 1
  const std::vector<double> got = asked.turns(loops, p);
  bool some = false;
  for (std::size_t i = 0; i < 64; ++i) {
    const double angle = static_cast<double>(p) * asked.model.inv_freq[i];
    if (angle <= 0x1p20) continue;
    some = true;
    EXPECT_EQ(got[i], std::cos(angle));
    EXPECT_EQ(got[64 + i], std::sin(angle));
  }
  EXPECT_TRUE(some);
}

TEST_P(Loops, RowsOfElementsHoldTheNumbersOfRowsOfPairs) {
  Asked asked(10000);
  asked.call.positions.offset = 12345;
  asked.call.direction = ROPE_BACKWARD;
  asked.model.spec.attention_factor = 1.3;
  const std::size_t numbers = Turns<float>::numbers_per_token(asked.model.spec);
  std::vector<float> pairs(numbers), elements(numbers);
  Turns<float>(loops, asked.model, asked.call, false, true).write(0, 0, pairs.data());
  Turns<float>(loops, asked.model, asked.call, true, false).write(0, 0, elements.data());
  for (std::size_t i = 0; i < 64; ++i) {
    EXPECT_EQ(elements[2 * i], pairs[i]);
    EXPECT_EQ(elements[2 * i + 1], pairs[128 + i]);
    EXPECT_EQ(elements[128 + 2 * i], -pairs[64 + i]);
    EXPECT_EQ(elements[128 + 2 * i + 1], pairs[192 + i]);
  }
}

/// What the build has, so that every machine counts the same tests.
#ifdef ROPE_FUSED_X86_64
constexpr Isa built[] = {Isa::baseline, Isa::v3, Isa::v4};
#else
constexpr Isa built[] = {Isa::baseline};
#endif

INSTANTIATE_TEST_SUITE_P(Fused, Loops, testing::ValuesIn(built), [](const auto& isa) {
  return isa.param == Isa::baseline ? "baseline" : isa.param == Isa::v3 ? "v3" : "v4";
});

}  // namespace
}  // namespace rope::fused
