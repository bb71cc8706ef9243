// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Exact against MPFR used directly at 640 bits (direct_mpfr.hpp), and where the answer is known without either: zero
// positions, exact ties, symmetries, values that cannot be resolved.
#include "reference/exact.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cfenv>
#include <cmath>
#include <limits>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "reference/direct_mpfr.hpp"
#include "reference/spec_of.hpp"

namespace rope {
namespace {

std::vector<Spec> models() {
  return {spec_of(128, 1e4),
          spec_of(128, 5e5),
          spec_of(128, 5e5, Llama3Family{8, 1, 4, 8192}),
          spec_of(96, 1e6, DefaultFamily{}, 1.2),
          spec_of(64, 1e4, DefaultFamily{}, 1.4158883083359672),
          spec_of(80, 1e7, Llama3Family{32, 1, 4, 8192}, 0.7)};
}

constexpr std::size_t f32 = 0, f16 = 1, bf16 = 2;  // places in tensor_dtypes

double value_of(const ExactValue& v, std::size_t t) {
  return to_double(tensor_dtypes[t], v.bits[t]);
}

testing::AssertionResult is_rounding_of(const ExactValue& got, const direct::Number& v) {
  if (got.value.hi != direct::nearest(v)) return testing::AssertionFailure() << "hi " << got.value.hi;
  if (direct::log2_relative_error(got.value, v) > -105) return testing::AssertionFailure() << "lo " << got.value.lo;
  for (std::size_t t = 0; t < tensor_dtypes.size(); ++t) {
    const double expected = direct::round_to(tensor_dtypes[t], v);
    if (value_of(got, t) != expected || std::signbit(value_of(got, t)) != std::signbit(expected)) {
      return testing::AssertionFailure() << name(tensor_dtypes[t]) << " " << value_of(got, t) << ", expected "
                                         << expected;
    }
  }
  return testing::AssertionSuccess();
}

void expect_trig(const Exact& exact, std::int64_t position, int pair) {
  const auto got = exact.trig(position, pair);
  const auto v = direct::cos_sin(exact.spec(), position, pair);
  EXPECT_TRUE(is_rounding_of(got.cos, v.cos)) << "cos, position " << position << ", pair " << pair;
  EXPECT_TRUE(is_rounding_of(got.sin, v.sin)) << "sin, position " << position << ", pair " << pair;
}

TEST(Trig, AgreesWithMpfrAtAnyPosition) {
  std::mt19937_64 random(11);
  for (const Spec& spec : models()) {
    const Exact exact(spec);
    for (int i = 0; i < 500; ++i) {
      const int bits = static_cast<int>(random() % 41);
      const auto magnitude = static_cast<std::int64_t>(random() >> (63 - bits) | 1);
      const auto pair = static_cast<int>(random() % static_cast<unsigned>(spec.pairs()));
      expect_trig(exact, random() % 4 == 0 ? -magnitude : magnitude, pair);
    }
    for (int pair = 0; pair < spec.pairs(); ++pair) {
      expect_trig(exact, std::int64_t{1} << 40, pair);
      expect_trig(exact, -(std::int64_t{1} << 60), pair);
      expect_trig(exact, spec.max_position - 1, pair);
    }
  }
}

/// How far the value lies above the midpoint of two fp32 numbers around it, in their ulps, from hi and lo.
double above_fp32_midpoint(const ExactValue& v) {
  const double u = ulp(DType::f32, v.value.hi);
  const double scaled = v.value.hi / u;  // exact: u is a power of two
  return (scaled - (std::floor(scaled) + 0.5)) + v.value.lo / u;
}

// Where "binary64 throughout, then round" goes wrong in fp32, found by exhaustive search: the value is nearer to a
// midpoint than 2^-51, the certified error of that method (a few 2^-53), so that only more precision can decide.
TEST(Trig, RoundsWhereDoubleArithmeticCannotDecide) {
  const Exact exact(spec_of(64, 1e4));
  for (const auto& [position, pair] : {std::pair<std::int64_t, int>{536479, 28}, {5638343, 21}}) {
    const ExactValue sine = exact.trig(position, pair).sin;
    EXPECT_LT(std::fabs(above_fp32_midpoint(sine)) * ulp(DType::f32, sine.value.hi), 0x1p-51);
    expect_trig(exact, position, pair);
  }
}

// The hardest fp32 cases of three bases for d = 128 and positions to 2^24, by exhaustive search: how near the value is
// to a midpoint of two fp32 numbers, in ulps. The distance is derived here from hi and lo, so these numbers are
// evidence that the value itself is right to far below 1e-10 ulp.
TEST(Trig, HardestCasesAreAsHardAsTheyAreKnownToBe) {
  struct Hard {
    double theta;
    bool sine;
    std::int64_t position;
    int pair;
    double distance;
  };
  for (const Hard& h : {Hard{1e4, true, 10461481, 26, 1.6e-10}, Hard{5e5, true, 3681610, 18, 2.3e-10},
                        Hard{1e7, false, 4877199, 41, 2.5e-10}}) {
    const Exact exact(spec_of(128, h.theta));
    const auto trig = exact.trig(h.position, h.pair);
    const ExactValue& v = h.sine ? trig.sin : trig.cos;
    EXPECT_NEAR(std::fabs(above_fp32_midpoint(v)) / h.distance, 1, 0.05) << h.theta;
    expect_trig(exact, h.position, h.pair);
  }
}

// Convergents h/k of pi / inv_freq give the positions h whose angle is nearest to a multiple of pi: there sin is as
// small as about 1/h, and an angle that is right to 2^-122 radians is not enough for a double-double of it. The first
// precision must see that and step aside.
TEST(Trig, SineNearAMultipleOfPiKeepsItsRelativeAccuracy) {
  for (const Spec& spec : models()) {
    const Exact exact(spec);
    for (const int pair : {1, 2, 9}) {
      direct::Number x =
          direct::Number(4L) * direct::apply(mpfr_atan, direct::Number(1L)) / direct::inv_freq(spec, pair);
      std::int64_t previous = 0, current = 1;
      double smallest = 1;
      while (true) {
        const std::int64_t partial = mpfr_get_si(x.get(), MPFR_RNDD);
        if (partial > ((std::int64_t{1} << 60) - previous) / current) break;
        previous = std::exchange(current, partial * current + previous);
        x = direct::Number(1L) / (x - direct::Number(static_cast<long>(partial)));
        expect_trig(exact, current, pair);
        smallest = std::min(smallest, std::fabs(exact.trig(current, pair).sin.value.hi));
      }
      EXPECT_LT(smallest, 0x1p-50);
    }
  }
}

TEST(Trig, PositionZeroIsExact) {
  const Exact exact(spec_of(128, 1e4));
  const auto trig = exact.trig(0, 5);
  EXPECT_EQ(trig.cos.value.hi, 1);
  EXPECT_EQ(trig.cos.value.lo, 0);
  EXPECT_THAT(trig.cos.bits, testing::ElementsAre(0x3F800000, 0x3C00, 0x3F80));
  EXPECT_EQ(trig.sin.value.hi, 0);
  EXPECT_FALSE(std::signbit(trig.sin.value.hi));
  EXPECT_THAT(trig.sin.bits, testing::ElementsAre(0, 0, 0));
}

TEST(Trig, AttentionFactorAtPositionZeroIsRoundedExactlyEvenAtATie) {
  const auto cos_at_zero = [](double factor) {
    return Exact(spec_of(64, 1e4, DefaultFamily{}, factor)).trig(0, 1).cos;
  };
  const auto ordinary = cos_at_zero(1.2);
  EXPECT_EQ(ordinary.value.hi, 1.2);
  EXPECT_EQ(ordinary.value.lo, 0);
  EXPECT_EQ(ordinary.bits[f32], std::bit_cast<std::uint32_t>(1.2F));
  EXPECT_THAT(ordinary.bits, testing::ElementsAre(0x3F99999A, 0x3CCD, 0x3F9A));
  // Midpoints: down to even, then up to even, in each format.
  EXPECT_EQ(cos_at_zero(1 + 0x1p-24).bits[f32], 0x3F800000U);
  EXPECT_EQ(cos_at_zero(1 + 0x3p-24).bits[f32], 0x3F800002U);
  EXPECT_EQ(cos_at_zero(1 + 0x1p-11).bits[f16], 0x3C00U);
  EXPECT_EQ(cos_at_zero(1 + 0x3p-11).bits[f16], 0x3C02U);
  EXPECT_EQ(cos_at_zero(1 + 0x1p-8).bits[bf16], 0x3F80U);
  EXPECT_EQ(cos_at_zero(1 + 0x3p-8).bits[bf16], 0x3F82U);
}

TEST(Trig, NegativePositionsMirrorBitForBit) {
  for (const Spec& spec : models()) {
    const Exact exact(spec);
    for (const std::int64_t p : {1, 7, 4095, 131071, 99999999}) {
      const int pair = static_cast<int>(p % spec.pairs());
      const auto a = exact.trig(p, pair), b = exact.trig(-p, pair);
      EXPECT_EQ(a.cos.value.hi, b.cos.value.hi);
      EXPECT_EQ(a.cos.value.lo, b.cos.value.lo);
      EXPECT_EQ(a.cos.bits, b.cos.bits);
      EXPECT_EQ(a.sin.value.hi, -b.sin.value.hi);
      EXPECT_EQ(a.sin.value.lo, -b.sin.value.lo);
      EXPECT_EQ(a.sin.bits[f32] ^ 0x80000000U, b.sin.bits[f32]);
      EXPECT_EQ(a.sin.bits[f16] ^ 0x8000U, b.sin.bits[f16]);
      EXPECT_EQ(a.sin.bits[bf16] ^ 0x8000U, b.sin.bits[bf16]);
    }
  }
}

TEST(Trig, TinySineKeepsTheSignOfTheAngle) {
  const Exact exact(spec_of(64, 1e12));  // inv_freq of pair 31: 2.4e-12, below half of fp16's smallest number
  EXPECT_EQ(exact.trig(1, 31).sin.bits[f16], 0x0000U);
  EXPECT_EQ(exact.trig(-1, 31).sin.bits[f16], 0x8000U);
  EXPECT_NE(exact.trig(-1, 31).sin.bits[bf16], 0x8000U);
  expect_trig(exact, 1, 31);
  const Exact smallest(spec_of(65536, 1e60, Llama3Family{1e60, 1e-9, 1e-8, 1}, 1e-30));  // the edge of what is accepted
  expect_trig(smallest, 1, 32767);
  expect_trig(smallest, 131071, 32767);
}

TEST(Trig, DoesNotDependOnTheThreadsFloatingPointEnvironment) {
  const Exact exact(spec_of(128, 5e5));
  const auto expected = exact.trig(131071, 20);
  std::fesetround(FE_UPWARD);
  const auto got = exact.trig(131071, 20);
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(got.cos.bits, expected.cos.bits);
  EXPECT_EQ(got.sin.value.hi, expected.sin.value.hi);
  EXPECT_EQ(got.sin.value.lo, expected.sin.value.lo);
}

TEST(Rotate, AgreesWithMpfr) {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (const Spec& spec : models()) {
    const Exact exact(spec);
    for (int i = 0; i < 300; ++i) {
      const auto position = static_cast<std::int64_t>(random() % 2'000'000) - 1'000'000;
      const auto pair = static_cast<int>(random() % static_cast<unsigned>(spec.pairs()));
      const DType dtype = tensor_dtypes[static_cast<std::size_t>(i % 3)];
      // Ordinary inputs, unit vectors, and magnitudes to the ends of fp16 (subnormal results and overflow).
      const double stretch = i % 5 == 0 ? std::ldexp(1.0, static_cast<int>(random() % 42) - 25) : 1;
      const double x0 = i % 7 == 0 ? 0 : round_to(dtype, stretch * uniform(random));
      const double x1 = i % 11 == 0 ? 0 : round_to(dtype, stretch * uniform(random));
      const auto cs = direct::cos_sin(spec, position, pair);
      const direct::Number a(x0), b(x1);
      const auto forward = exact.rotate(position, pair, dtype, x0, x1, Direction::forward);
      const auto backward = exact.rotate(position, pair, dtype, x0, x1, Direction::backward);
      const direct::Number expected[] = {a * cs.cos - b * cs.sin, a * cs.sin + b * cs.cos,  //
                                         a * cs.cos + b * cs.sin, b * cs.cos - a * cs.sin};
      const ExactOutput got[] = {forward[0], forward[1], backward[0], backward[1]};
      for (std::size_t j = 0; j < 4; ++j) {
        ASSERT_EQ(got[j].value, direct::nearest(expected[j])) << j;
        ASSERT_EQ(to_double(dtype, got[j].bits), direct::round_to(dtype, expected[j])) << j;
      }
    }
  }
}

TEST(Rotate, KeptTrigonometryGivesTheSame) {
  const Exact exact(spec_of(128, 5e5, Llama3Family{8, 1, 4, 8192}));
  const auto at = exact.at(131071, 30);
  EXPECT_EQ(at.trig().sin.bits, exact.trig(131071, 30).sin.bits);
  for (const DType dtype : tensor_dtypes) {
    const auto a = at.rotate(dtype, 0.5, -0.375, Direction::forward);
    const auto b = exact.rotate(131071, 30, dtype, 0.5, -0.375, Direction::forward);
    EXPECT_EQ(a[0].bits, b[0].bits);
    EXPECT_EQ(a[1].value, b[1].value);
  }
}

TEST(Rotate, PositionZeroMultipliesByTheAttentionFactorAndRoundsTiesExactly) {
  const Exact plain(spec_of(64, 1e4));
  for (const Direction direction : {Direction::forward, Direction::backward}) {
    const auto same = plain.rotate(0, 3, DType::bf16, 0.7, -0.3, direction);
    EXPECT_EQ(same[0].value, 0.7);
    EXPECT_EQ(same[1].value, -0.3);
    EXPECT_EQ(same[0].bits, round_to_bits(DType::bf16, 0.7));
    // 1 + 2^-8 lies in the middle of two bf16 numbers.
    EXPECT_EQ(plain.rotate(0, 3, DType::bf16, 1 + 0x1p-8, 1 + 0x3p-8, direction)[0].bits, 0x3F80U);
    EXPECT_EQ(plain.rotate(0, 3, DType::bf16, 1 + 0x1p-8, 1 + 0x3p-8, direction)[1].bits, 0x3F82U);
  }
  // 1.5 · (1 + 2^-52) is 1.5 + 1.5·2^-52: a tie in binary64, whose even side is 1.5 + 2·2^-52.
  const Exact scaled(spec_of(64, 1e4, DefaultFamily{}, 1.5));
  EXPECT_EQ(scaled.rotate(0, 0, DType::f32, 1 + 0x1p-52, 0, Direction::forward)[0].value, 1.5 + 0x2p-52);
}

TEST(Rotate, ZeroStaysZero) {
  const Exact exact(spec_of(64, 1e4, DefaultFamily{}, 1.2));
  for (const double zero : {0.0, -0.0}) {
    for (const auto& y : exact.rotate(12345, 7, DType::f16, zero, zero, Direction::backward)) {
      EXPECT_EQ(y.bits, 0U);
      EXPECT_EQ(y.value, 0);
    }
  }
}

TEST(Rotate, OverflowAndUnderflowAreThoseOfTheFormat) {
  const Exact exact(spec_of(64, 1e4, DefaultFamily{}, 2));
  EXPECT_EQ(exact.rotate(0, 0, DType::f16, 65504, -65504, Direction::forward)[0].bits, 0x7C00U);
  EXPECT_EQ(exact.rotate(0, 0, DType::f16, 65504, -65504, Direction::forward)[1].bits, 0xFC00U);
  EXPECT_EQ(exact.rotate(0, 0, DType::f16, 0x1p-27, -0x1p-27, Direction::forward)[1].bits, 0x8000U);
}

TEST(InnerProduct, IsTheSumOverRotatedPairs) {
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (const Spec& spec : models()) {
    const Exact exact(spec);
    const auto d = static_cast<std::size_t>(spec.rotary_dim);
    for (const auto& [m, n] :
         {std::pair<std::int64_t, std::int64_t>{0, 1}, {131071, 5}, {77777, 131071}, {-40, 1 << 20}}) {
      std::vector<double> q(d), k(d);
      for (double& x : q) x = uniform(random);
      for (double& x : k) x = uniform(random);
      direct::Number expected;  // both sides rotated, then multiplied: nothing uses n - m here
      for (int pair = 0; pair < spec.pairs(); ++pair) {
        const std::size_t i = 2 * static_cast<std::size_t>(pair);
        const auto a = direct::cos_sin(spec, m, pair), b = direct::cos_sin(spec, n, pair);
        const direct::Number q0(q[i]), q1(q[i + 1]), k0(k[i]), k1(k[i + 1]);
        expected = expected + (q0 * a.cos - q1 * a.sin) * (k0 * b.cos - k1 * b.sin) +
                   (q0 * a.sin + q1 * a.cos) * (k0 * b.sin + k1 * b.cos);
      }
      EXPECT_EQ(exact.inner_product(m, q, n, k), direct::nearest(expected)) << m << " " << n;
    }
  }
}

TEST(InnerProduct, AtEqualPositionsIsExactEvenAtATie) {
  const Exact exact(spec_of(4, 1e4, DefaultFamily{}, 0.5));
  // 1/4 · (2^53 + 1 + 0 + 0): a tie in binary64, to the even 2^53.
  EXPECT_EQ(exact.inner_product(321, std::vector{0x1p53, 1.0, 0.0, 0.0}, 321, std::vector{1.0, 1.0, 3.0, 4.0}), 0x1p51);
  EXPECT_EQ(exact.inner_product(321, std::vector{0x1p53, 3.0, 0.0, 0.0}, 321, std::vector{1.0, 1.0, 3.0, 4.0}),
            0x1p51 + 1);
  EXPECT_EQ(exact.inner_product(5, std::vector{0.0, 0.0, 0.0, 0.0}, 9, std::vector{1.0, 1.0, 3.0, 4.0}), 0);
}

// 2^53 + 1 is a tie; 2^-2000 more decides it, and no precision here can see that. The answer must be "unresolved".
TEST(InnerProduct, BeyondTheCapIsUnresolvedAndNotAGuess) {
  const Exact exact(spec_of(4, 1e4));
  const std::vector<double> q{0x1p53, 1.0, 0x1p-1000, 0.0}, k{1.0, 1.0, 0x1p-1000, 0.0};
  try {
    exact.inner_product(7, q, 7, k);
    FAIL() << "expected Unresolved";
  } catch (const Unresolved& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr(std::to_string(ziv_precision_cap())));
    EXPECT_THAT(e.what(), testing::HasSubstr("positions 7 and 7"));
  }
}

TEST(Arguments, OutsideTheDomainAreRefused) {
  const Exact exact(spec_of(64, 1e4));
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(exact.inv_freq(32), std::invalid_argument);
  EXPECT_THROW(exact.trig(1, -1), std::invalid_argument);
  EXPECT_THROW(exact.trig((std::int64_t{1} << 60) + 1, 0), std::invalid_argument);
  EXPECT_THROW(exact.rotate(1, 0, DType::f32, infinity, 0, Direction::forward), std::invalid_argument);
  EXPECT_THROW(exact.rotate(1, 0, DType::f64, 1, 0, Direction::forward), std::invalid_argument);
  EXPECT_THROW(exact.inner_product(1, std::vector<double>(64), 2, std::vector<double>(62)), std::invalid_argument);
  EXPECT_THROW(Exact(spec_of(63, 1e4)), std::invalid_argument);
}

TEST(Threads, ShareOneExactAndAgree) {
  const Exact exact(spec_of(128, 5e5, Llama3Family{8, 1, 4, 8192}, 1.2));
  const auto digest = [&] {
    std::uint64_t h = 0;
    for (std::int64_t p = 131000; p < 131020; ++p) {
      for (int pair = 0; pair < 64; ++pair) {
        const auto trig = exact.trig(p, pair);
        const auto y = exact.rotate(p, pair, DType::f16, 0.25, 0.75, Direction::forward);
        for (const std::uint64_t bits : {std::bit_cast<std::uint64_t>(trig.cos.value.lo),
                                         std::bit_cast<std::uint64_t>(trig.sin.value.hi), std::uint64_t{y[0].bits}}) {
          h = (h ^ bits) * 0x9E3779B97F4A7C15U;
        }
      }
    }
    return h;
  };
  const std::uint64_t expected = digest();
  std::vector<std::uint64_t> got(4);
  std::vector<std::thread> threads;
  for (std::uint64_t& g : got) threads.emplace_back([&] { g = digest(); });
  for (std::thread& t : threads) t.join();
  EXPECT_THAT(got, testing::Each(expected));
}

}  // namespace
}  // namespace rope
