// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The claims of the accurate arithmetic of a GPU: phases in fixed point, cosine and sine in two words, the rotation
// before its last rounding. Held against long double and binary64 of the C library, on both sides of each bound.
#include "impls/kernel/accurate_turn.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "impls/kernel/frequencies.hpp"

namespace rope::kernel {
namespace {

constexpr std::uint64_t eighth = std::uint64_t{1} << 61;

double value(const TwoFloats& x) {
  return static_cast<double>(x.hi) + static_cast<double>(x.lo);
}

/// -1/2 <= turns < 1/2, good to 2^-64 of itself.
long double turns_between(std::uint64_t phase) {
  return static_cast<long double>(static_cast<std::int64_t>(phase)) * 0x1p-64L;
}

TEST(TwoFloats, HoldFortyEightBits) {
  std::mt19937_64 generator(1);
  for (int n = 0; n < 100'000; ++n) {
    const double x = std::ldexp(static_cast<double>(generator() >> 16), static_cast<int>(generator() % 60) - 50);
    ASSERT_EQ(value(two_floats(x)), x);
  }
  EXPECT_EQ(two_floats(INFINITY), (TwoFloats{INFINITY, 0}));
  EXPECT_EQ(two_floats(1e300), (TwoFloats{INFINITY, 0}));
}

TEST(TwoFloats, ProductsAndSumsAreWithinTheirBounds) {
  std::mt19937_64 generator(2);
  const auto random = [&] {
    const double magnitude =
        std::ldexp(static_cast<double>(generator() >> 16), -48 + static_cast<int>(generator() % 5));
    return two_floats(generator() % 2 != 0 ? magnitude : -magnitude);
  };
  const double uu = 0x1p-48;
  double product = 0, sum = 0;
  for (int n = 0; n < 300'000; ++n) {
    const TwoFloats a = random(), b = random();
    const auto relative = [](const TwoFloats& got, long double exact) {
      const long double error = static_cast<long double>(value(got)) - exact;
      return exact == 0 ? 0 : static_cast<double>(std::fabs(error / exact));
    };
    const auto exact = [](const TwoFloats& x) { return static_cast<long double>(value(x)); };
    product = std::max(product, relative(a * b, exact(a) * exact(b)));
    const float larger = std::fabs(a.hi) >= std::fabs(b.hi) ? a.hi : 2 * b.hi;
    const long double error = exact(add_smaller(larger, b)) - (static_cast<long double>(larger) + exact(b));
    sum = std::max(sum, static_cast<double>(std::fabs(error) / (std::fabs(larger) + std::fabs(exact(b)))));
  }
  EXPECT_LE(product, 7 * uu);
  EXPECT_GT(product, 2 * uu);
  EXPECT_LE(sum, 2 * uu);
  EXPECT_GT(sum, 0.25 * uu);
}

TEST(Turns, MultiplyAddIsThe128BitResult) {
  std::mt19937_64 generator(3);
  __extension__ using Wide = unsigned __int128;
  for (int n = 0; n < 100'000; ++n) {
    // Half of them with runs of ones, which is where carries are.
    const auto random = [&] { return n % 2 == 0 ? generator() : ~std::uint64_t{0} << generator() % 64; };
    const std::uint64_t a = random(), b = random(), before = random();
    std::uint64_t more = before;
    const std::uint64_t low = multiply_add(a, b, more);
    const Wide exact = static_cast<Wide>(a) * b + before;
    ASSERT_EQ(low, static_cast<std::uint64_t>(exact));
    ASSERT_EQ(more, static_cast<std::uint64_t>(exact >> 64));
  }
}

TEST(Turns, OfOneRadianAreThoseOfPi) {
  // 2^96 / (2 pi), rounded; and twice the angle is twice the turns, up to the rounding of both.
  const Turns one = turns_of_frequency(1.0);
  EXPECT_EQ(one.high, 0x28be60db9391054aU);
  EXPECT_EQ(one.low, 0x7f09d5f4U);
  for (int e = -90; e < 900; ++e) {
    const Turns once = turns_of(1, e), twice = turns_of(1, e + 1);
    const Turns doubled{once.high << 1 | once.low >> 31, once.low << 1};
    const auto off = static_cast<std::int32_t>(twice.low - doubled.low);
    EXPECT_TRUE(off >= -1 && off <= 1) << e;
  }
  EXPECT_EQ(turns_of_frequency(-1.0), -one);
  EXPECT_EQ(-Turns{}, Turns{});
  EXPECT_EQ(turns_of_frequency(0.0), Turns{});
}

/// At pair 0 phases come from 1/(2 pi) alone, so that long double has them up to the rounding of its own product.
TEST(Turns, PhasesAreThoseOfAnglesInRadians) {
  std::mt19937_64 generator(4);
  long double worst = 0;
  for (int n = 0; n < 100'000; ++n) {
    const double inv_freq =
        std::ldexp(static_cast<double>(generator() >> 11), -53 - static_cast<int>(generator() % 30));
    const std::uint64_t position = generator() >> (40 + generator() % 20);
    const long double exact =
        static_cast<long double>(position) * inv_freq / two_pi<long double>();  // below 2^22: to 2^-42
    const long double got = turns_between(phase_at(turns_of_frequency(inv_freq), position));
    const long double off = std::fabs(std::remainder(got - exact, 1.0L));
    worst = std::max(worst, off);
  }
  // |p| 2^-97 + 2^-64, and of the comparison |p f| / 2 pi · 3 · 2^-64, below 2^-40.
  EXPECT_LT(worst, 0x1p-40L);
}

TEST(Turns, TheLowWordCountsAtLargePositions) {
  // p = 2^40 and f = 1/2: 2^39 / (2 pi) = 2^39 · 0.28be60db9391054a7f09d5f47d4d… turns, cut behind bit 64.
  const Turns half = turns_of_frequency(0.5);
  const std::uint64_t phase = phase_at(half, std::uint64_t{1} << 40);
  const std::uint64_t exact = 0x28be60db9391054aU << 39 | 0x7f09d5f47d4d3770U >> 25;
  EXPECT_LE(exact - phase + 256, 512U) << "2^40 roundings to 2^-97 turns are 2^7 units, and one is cut";
}

TEST(PhaseTrigonometry, IsWithinItsBoundAndNotFarBelow) {
  std::mt19937_64 generator(5);
  double worst_cos = 0, worst_sin = 0;
  for (int n = 0; n < 200'000; ++n) {
    const std::uint64_t phase = generator();
    const long double angle = turns_between(phase) * two_pi<long double>();  // to 2^-62
    const CosSin got = cos_sin(phase);
    worst_cos = std::max(worst_cos, std::fabs(value(got.cos) - static_cast<double>(std::cos(angle))));
    worst_sin = std::max(worst_sin, std::fabs(value(got.sin) - static_cast<double>(std::sin(angle))));
  }
  const double bound = 7e-10;  // 2^-30.5
  EXPECT_LE(worst_cos, bound);
  EXPECT_LE(worst_sin, bound);
  EXPECT_GT(std::max(worst_cos, worst_sin), bound / 8);
}

TEST(PhaseTrigonometry, CosineAndSineAreTheSameCurve) {
  // A quarter turn on, the bits are those of the other one.
  std::mt19937_64 generator(6);
  for (int n = 0; n < 100'000; ++n) {
    const std::uint64_t phase = generator();
    const CosSin here = cos_sin(phase), there = cos_sin(phase + 2 * eighth);
    ASSERT_EQ(there.sin, here.cos) << std::hex << phase;
    ASSERT_EQ(there.cos, -here.sin) << std::hex << phase;
  }
  EXPECT_EQ(cos_sin(0).cos, (TwoFloats{1, 0}));
  EXPECT_EQ(cos_sin(0).sin, (TwoFloats{0, 0}));
  EXPECT_EQ(cos_sin(4 * eighth).cos, (TwoFloats{-1, 0}));
}

TEST(PhaseTrigonometry, SmallAnglesKeepTheirBits) {
  // sin of the smallest phases is the phase itself: to 2^-40 of it, where a fixed error would leave nothing.
  for (int e = 0; e < 45; ++e) {
    const std::uint64_t phase = std::uint64_t{1} << e;
    const long double angle = turns_between(phase) * two_pi<long double>();
    const double exact = static_cast<double>(std::sin(angle));
    EXPECT_LE(std::fabs(value(cos_sin(phase).sin) - exact), 0x1p-40 * exact) << e;
  }
}

TEST(AccurateTurn, NegativePositionsAreTheConjugate) {
  const Turns turns = turns_of_frequency(0.7312);
  for (const std::int64_t p :
       {std::int64_t{1}, std::int64_t{77}, std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::max()}) {
    const Turn<TwoFloats> there = turn_at(turns, p, {1}), back = turn_at(turns, -p, {1});
    EXPECT_EQ(back.c0, there.c0);
    EXPECT_EQ(back.s0, -there.s0);
  }
  // -2^63 has no opposite.
  const Turn<TwoFloats> least = turn_at(turns, std::numeric_limits<std::int64_t>::min(), {1});
  EXPECT_EQ(least.c0, cos_sin(phase_at(turns, std::uint64_t{1} << 63)).cos);
}

TEST(AccurateTurn, TakesEveryFiniteAngle) {
  // The C library's cos and sin are good to 0.57 ulp for all of binary64, so that all words of 1/(2 pi) are looked at.
  std::mt19937_64 generator(7);
  for (int n = 0; n < 200'000; ++n) {
    const double angle = std::bit_cast<double>(generator());
    if (!std::isfinite(angle)) continue;
    const Turn<TwoFloats> got = turn_of_angle(angle, {1});
    ASSERT_NEAR(value(got.c0), std::cos(angle), 7e-10) << angle;
    ASSERT_NEAR(value(got.s0), std::sin(angle), 7e-10) << angle;
  }
  EXPECT_TRUE(std::isnan(turn_of_angle(INFINITY, {1}).c0.hi));
  EXPECT_TRUE(std::isnan(turn_of_angle(NAN, {1}).s0.hi));
}

TEST(AccurateTurn, RotationIsOneRoundingOfTwoWords) {
  // Against binary64, itself within 3 · 2^-53: one rounding of x0 c - x1 s to binary32 is half an ulp of the result,
  // and what comes before is below 2^-43 of |(x0, x1)|.
  std::mt19937_64 generator(8);
  std::uniform_real_distribution<float> element(-2, 2);
  double worst = 0;
  int not_nearest = 0;
  for (int n = 0; n < 300'000; ++n) {
    const Turn<TwoFloats> turn = turn_of(cos_sin(generator()), false, {1});
    const float x0 = element(generator), x1 = element(generator);
    const double exact = x0 * value(turn.c0) - x1 * value(turn.s0);
    const RotatedFloats got = rotated_to_binary32(x0, x1, turn, {1});
    const double nearest = std::fabs(static_cast<double>(static_cast<float>(exact)) - exact);
    const double more = (std::fabs(static_cast<double>(got.first) - exact) - nearest) / std::hypot(x0, x1);
    worst = std::max(worst, more);
    not_nearest += got.first != static_cast<float>(exact) ? 1 : 0;
  }
  EXPECT_LE(worst, 0x1p-43);
  EXPECT_LE(not_nearest, 10) << "1 in 2^19 lies that near to a midpoint";
}

TEST(AccurateTurn, SixteenBitRotationsAreGoodTo2ToTheMinus22) {
  std::mt19937_64 generator(9);
  std::uniform_real_distribution<float> element(-2, 2);
  double worst = 0;
  for (int n = 0; n < 200'000; ++n) {
    const std::uint64_t phase = generator();
    const long double angle = turns_between(phase) * two_pi<long double>();
    const auto c = static_cast<double>(std::cos(angle)), s = static_cast<double>(std::sin(angle));
    const float x0 = element(generator), x1 = element(generator);
    const RotatedFloats got = rotated_to_16_bits(x0, x1, turn_of(cos_sin(phase), false, {1}), {1});
    const double off = std::hypot(got.first - (x0 * c - x1 * s), got.second - (x1 * c + x0 * s));
    worst = std::max(worst, off / std::hypot(x0, x1));
  }
  // cos and sin: u/2 and 7e-10 each, hypot: 0.718 u; the rotation 2u (docs/numerics.md, S5). Below 2^-22.5.
  EXPECT_LE(worst, 0x1p-22);
  EXPECT_GT(worst, 0x1p-24);
}

TEST(AccurateTurn, WhatOverflowsIsInfinite) {
  const float most = std::numeric_limits<float>::max();
  const Turn<TwoFloats> eighth_turn = turn_of(cos_sin(eighth), false, {1}), none = turn_of(cos_sin(0), false, {1});
  EXPECT_EQ(rotated_to_binary32(most, -most, eighth_turn, {1}).first, INFINITY);
  EXPECT_EQ(rotated_to_binary32(most, 1, none, {1}).first, most);
  EXPECT_EQ(rotated_to_binary32(most, 1, none, {2}).first, INFINITY);
  EXPECT_EQ(rotated_to_binary32(INFINITY, 1, eighth_turn, {1}).first, INFINITY);
  EXPECT_TRUE(std::isnan(rotated_to_binary32(NAN, 1, none, {1}).first));
}

}  // namespace
}  // namespace rope::kernel
