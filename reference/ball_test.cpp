// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A radius is a promise: here true values are known to 1021 bits, middles are moved to the very edge of their balls,
// and no result may leave its own.
#include "reference/ball.hpp"

#include <gtest/gtest.h>

#include <random>

namespace rope {
namespace {

using Fine = Real1021;
using Coarse = Real191;

Fine fine(const Coarse& x) {
  Fine r;
  mpfr_set(raw(r), raw(x), MPFR_RNDN);
  return r;
}

Coarse coarse(const Fine& x) {
  Coarse r;
  mpfr_set(raw(r), raw(x), MPFR_RNDN);
  return r;
}

/// |middle - v| <= 2^radius (1 + 2^-300): the true value is itself known to 1021 bits only.
testing::AssertionResult holds(const Ball<Coarse>& ball, const Fine& v) {
  const Fine distance = abs(fine(ball.middle) - v);
  if (ball.radius == exact) {
    if (distance == 0) return testing::AssertionSuccess();
  } else if (distance <=
             radius_value<Fine>(ball.radius) * (1 + radius_value<Fine>(-300)) + abs(v) * radius_value<Fine>(-1000)) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "middle is off by " << distance << ", radius 2^" << ball.radius;
}

/// A true value, and a ball around it whose middle sits on (or, by one rounding, just inside) the edge.
struct Known {
  Fine value;
  Ball<Coarse> ball;
};

class Balls : public testing::Test {
 protected:
  Fine random_real(int exponent_range) {
    Fine x = 0;
    for (int i = 0; i < 16; ++i) x = x / Fine(18446744073709551616.0) + Fine(random_() >> 1);
    const long shift = static_cast<long>(random_() % static_cast<unsigned>(2 * exponent_range)) - exponent_range;
    mpfr_mul_2si(raw(x), raw(x), shift - 63, MPFR_RNDN);
    return random_() % 2 == 0 ? x : Fine(-x);
  }

  Known random_ball(int exponent_range) {
    Known k;
    k.value = random_real(exponent_range);
    const std::int64_t radius = exponent(k.value) - 20 - static_cast<std::int64_t>(random_() % 160);
    // The edge: 2^radius away, less a little more than the rounding to Coarse.
    const Fine edge = radius_value<Fine>(radius) - radius_value<Fine>(exponent(k.value) - 190);
    const Fine middle = random_() % 2 == 0 ? Fine(k.value + edge) : Fine(k.value - edge);
    k.ball.middle = coarse(middle);
    k.ball.radius = radius;
    return k;
  }

  std::mt19937_64 random_{7};
};

TEST_F(Balls, HoldTheTruthThroughEveryOperation) {
  std::int64_t sharpest = exact;  // the closest that any error came to its radius, in bits; to see that edges are met
  for (int i = 0; i < 20000; ++i) {
    const Known a = random_ball(50), b = random_ball(50), c = random_ball(50);
    ASSERT_TRUE(holds(a.ball, a.value));
    ASSERT_TRUE(holds(a.ball + b.ball, a.value + b.value));
    ASSERT_TRUE(holds(a.ball - b.ball, a.value - b.value));
    ASSERT_TRUE(holds(a.ball * b.ball, a.value * b.value));
    ASSERT_TRUE(holds(a.ball / b.ball, a.value / b.value));
    ASSERT_TRUE(holds(scale(a.ball, -7), a.value / 128));
    const std::array terms{a.ball, b.ball, c.ball};
    ASSERT_TRUE(holds(sum<Coarse>(terms), a.value + b.value + c.value));
    const auto [cosine, sine] = cos_sin(a.ball);
    ASSERT_TRUE(holds(cosine, cos(a.value)));
    ASSERT_TRUE(holds(sine, sin(a.value)));
    const Ball<Coarse> product = a.ball * b.ball;
    const Fine error = abs(fine(product.middle) - a.value * b.value);
    if (error != 0) sharpest = std::max(sharpest, exponent(error) - product.radius);
  }
  // Two-sided: a radius far above every error would hide a wrong derivation. Products come within 2 bits.
  EXPECT_GE(sharpest, -2);
}

TEST_F(Balls, TakeInRoundingWhereOperandsAreExact) {
  for (int i = 0; i < 20000; ++i) {
    Ball<Coarse> a, b;
    a.middle = coarse(random_real(50));
    b.middle = coarse(random_real(50));
    const Fine x = fine(a.middle), y = fine(b.middle);
    ASSERT_TRUE(holds(a + b, x + y));
    ASSERT_TRUE(holds(a * b, x * y));
    ASSERT_TRUE(holds(a / b, x / y));
    ASSERT_EQ((a * b).radius, exponent((a * b).middle) - 192);
    const auto [cosine, sine] = cos_sin(a);
    ASSERT_TRUE(holds(cosine, cos(x)));
    ASSERT_TRUE(holds(sine, sin(x)));
  }
  EXPECT_TRUE(holds(pi<Coarse>(), fine(pi<Coarse>().middle) * 0 + pi<Fine>().middle));
  EXPECT_NE(pi<Coarse>().radius, exact);
}

TEST_F(Balls, StayExactWhereTheArithmeticIs) {
  const auto a = exact_ball<Coarse>(0.1), b = exact_ball<Coarse>(-3.5e-7);
  EXPECT_EQ((a * b).radius, exact);
  EXPECT_EQ((a + b).radius, exact);
  EXPECT_EQ((a - a).radius, exact);
  EXPECT_TRUE(is_exact_zero(a - a));
  const auto zero = -(a - a);
  EXPECT_EQ(mpfr_signbit(raw(zero.middle)), 0);  // a real zero has no sign
  EXPECT_EQ((exact_ball<Coarse>(1.0) / exact_ball<Coarse>(4.0)).radius, exact);
  EXPECT_NE((exact_ball<Coarse>(1.0) / exact_ball<Coarse>(3.0)).radius, exact);
  EXPECT_EQ(exact_ball<Coarse>(std::numeric_limits<std::int64_t>::min()).middle, Coarse(-0x1p63));
}

TEST_F(Balls, AnExactZeroAbsorbsAndIsTheAngleZero) {
  const Ball<Coarse> zero, a = random_ball(5).ball;
  EXPECT_TRUE(is_exact_zero(zero * a));
  EXPECT_TRUE(is_exact_zero(a * zero));
  EXPECT_TRUE(is_exact_zero(zero / a));
  const auto [cosine, sine] = cos_sin(zero * a);
  EXPECT_EQ(cosine.radius, exact);
  EXPECT_EQ(cosine.middle, 1);
  EXPECT_TRUE(is_exact_zero(sine));
}

TEST_F(Balls, RefuseADivisorThatMayBeZero) {
  Ball<Coarse> b = exact_ball<Coarse>(1.0);
  b.radius = 0;
  EXPECT_THROW(exact_ball<Coarse>(1.0) / b, std::logic_error);
  EXPECT_THROW(exact_ball<Coarse>(1.0) / Ball<Coarse>{}, std::logic_error);
}

TEST_F(Balls, OrderIsGivenOnlyWhereItIsCertain) {
  Ball<Coarse> a = exact_ball<Coarse>(1.0), b = exact_ball<Coarse>(1.25);
  EXPECT_EQ(certain_order(a, a), 0);
  EXPECT_LT(certain_order(a, b).value(), 0);
  a.radius = -3;
  EXPECT_LT(certain_order(a, b).value(), 0);
  EXPECT_GT(certain_order(b, a).value(), 0);
  b.radius = -3;  // both may be 1.125
  EXPECT_EQ(certain_order(a, b), std::nullopt);
}

TEST_F(Balls, FloorIsCertainOrNotGiven) {
  Ball<Real191> a = exact_ball<Real191>(2.5);
  EXPECT_EQ(certain_floor(a), 2);
  EXPECT_EQ(certain_floor(-a), -3);
  EXPECT_EQ(certain_floor(exact_ball<Real191>(-3.0)), -3);
  a.radius = -1;  // 2 to 3
  EXPECT_EQ(certain_floor(a), std::nullopt);
  a.radius = -2;
  EXPECT_EQ(certain_floor(a), 2);
}

TEST_F(Balls, LogarithmHoldsWhatItStandsFor) {
  EXPECT_EQ(log(exact_ball<Real191>(1.0)).radius, exact);
  Ball<Real191> wide = exact_ball<Real191>(6.0);
  wide.radius = 0;  // 5 to 7
  const Ball<Real191> ln = log(wide);
  const double middle = mpfr_get_d(raw(ln.middle), MPFR_RNDN), radius = std::ldexp(1.0, static_cast<int>(ln.radius));
  EXPECT_LE(middle - radius, std::log(5.0));
  EXPECT_GE(middle + radius, std::log(7.0));
  EXPECT_LE(radius, 1);
  wide.radius = 2;
  EXPECT_THROW(log(wide), std::logic_error);
  EXPECT_THROW(log(exact_ball<Real191>(-1.0)), std::logic_error);
}

TEST_F(Balls, ExponentialHoldsWhatItStandsFor) {
  EXPECT_EQ(exp(Ball<Real191>{}).radius, exact);
  Ball<Real191> wide = exact_ball<Real191>(3.0);
  wide.radius = -2;
  const Ball<Real191> power = exp(wide);
  const auto middle = static_cast<double>(power.middle);
  const double radius = std::ldexp(1, static_cast<int>(power.radius));
  EXPECT_LE(middle - radius, std::exp(2.75));
  EXPECT_GE(middle + radius, std::exp(3.25));
  EXPECT_LE(radius, 8 * std::exp(3.0) / 4);
  wide.radius = 0;
  EXPECT_THROW(exp(wide), std::logic_error);
}

TEST_F(Balls, SumsOfRadiiAreNotLessThanTheirTerms) {
  const auto of = [](std::vector<RadiusExponent> r) { return total(r); };
  EXPECT_EQ(of({}), exact);
  EXPECT_EQ(of({exact, exact}), exact);
  EXPECT_EQ(of({-5, exact}), -5);
  EXPECT_EQ(of({-5, -5}), -4);
  EXPECT_EQ(of({-5, -5, -5}), -3);
  EXPECT_EQ(of({-5, -5, -5, -5}), -3);
  EXPECT_EQ(of({-5, -5, -5, -5, -90}), -2);
}

}  // namespace
}  // namespace rope
