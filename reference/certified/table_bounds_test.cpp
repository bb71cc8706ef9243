// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The constants of the certified table's lemmas against MPFR at 510 bits, a million values each: none is exceeded, and
// each is approached, so that a bound that holds for nothing, or for far too much, is seen.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "reference/ball.hpp"
#include "reference/certified/fixed_point.hpp"
#include "reference/certified/rotation.hpp"
#include "reference/certified/seeds.hpp"
#include "reference/certified/table.hpp"
#include "reference/certified/test_specs.hpp"
#include "reference/families.hpp"

namespace rope {
namespace {

/// v - hi - lo, times 2^bits.
double distance(const Real510& v, DoubleDouble x, int bits) {
  Real510 d;
  mpfr_sub_d(raw(d), raw(v), x.hi, MPFR_RNDN);
  mpfr_sub_d(raw(d), raw(d), x.lo, MPFR_RNDN);
  mpfr_mul_2si(raw(d), raw(d), bits, MPFR_RNDN);
  return std::fabs(mpfr_get_d(raw(d), MPFR_RNDN));
}

/// A·e^(i·p·ω) for p = 0, step, 2·step, ...: one multiplication by e^(i·step·ω) each, no tables and no squarings. 2^24
/// of them lose less than 30 of 510 bits.
class Walk {
 public:
  Walk(const Spec& spec, int pair, std::int64_t step) {
    const auto [c, s] = cos_sin(exact_ball<Real510>(step) * *inv_freq_ball<Real510>(spec, pair));
    turn_cos_ = c.middle;
    turn_sin_ = s.middle;
    cos = spec.attention_factor;
    sin = 0;
  }
  void advance() {
    const Real510 c = cos * turn_cos_ - sin * turn_sin_;
    sin = cos * turn_sin_ + sin * turn_cos_;
    cos = c;
  }
  Real510 cos, sin;

 private:
  Real510 turn_cos_, turn_sin_;
};

// Lemma 2. Rows below 512 of a window from 0 on are fine rows times 1; multiples of 2^13 are coarse rows times 1.
TEST(Lemma2, TablesAreWithinAQuarterOfTheSquaredUnit) {
  const Spec spec = spec_of(128, 5e5);
  const CertifiedTable table(spec, 0, CertifiedTable::longest);
  for (const auto& [step, rows] : {std::pair<std::int64_t, int>{1, 512}, {1 << 13, 1 << 11}}) {
    double largest = 0;
    for (int pair = 0; pair < spec.pairs(); ++pair) {
      Walk walk(spec, pair, step);
      for (int row = 0; row < rows; ++row, walk.advance()) {
        const auto v = table.at(row * step, pair);
        largest = std::max({largest, distance(walk.cos, v.cos, 106), distance(walk.sin, v.sin, 106)});
      }
    }
    EXPECT_LE(largest, 0.2501) << step;
    EXPECT_GE(largest, 0.24) << step;
  }
}

TEST(Lemma2, AProductLosesLessThanTwoUnits) {
  std::mt19937_64 random(31);
  const auto number = [&] {
    const auto high = static_cast<std::int64_t>(random()) >> 1;
    return static_cast<Fixed>((UnsignedFixed{static_cast<std::uint64_t>(high)} << 64) | random()) / 3;
  };
  const auto real = [](Fixed x) {
    Real510 r = static_cast<std::int64_t>(x >> 64);
    Real510 low = static_cast<std::uint64_t>(x);
    mpfr_mul_2si(raw(r), raw(r), 64, MPFR_RNDN);
    return Real510(r + low);
  };
  double least = 9, largest = -9;
  for (int k = 0; k < 100'000; ++k) {
    const Fixed a = number(), b = number();
    Real510 exact_product = real(a) * real(b);
    mpfr_mul_2si(raw(exact_product), raw(exact_product), -fixed_fraction_bits, MPFR_RNDN);
    const double loss = static_cast<double>(Real510(exact_product - real(product(a, b))));
    least = std::min(least, loss);
    largest = std::max(largest, loss);
  }
  EXPECT_GE(least, 0);
  EXPECT_LT(least, 0.01);
  EXPECT_LE(largest, 1 + 0x1p-62);
  EXPECT_GT(largest, 0.99);
}

TEST(Lemma2, ConversionKeepsSmallNumbersAndTheSignOfZero) {
  EXPECT_FALSE(std::signbit(to_double_double(0).hi));
  EXPECT_FALSE(std::signbit(to_double_double(0).lo));
  constexpr Fixed one = Fixed{1} << fixed_fraction_bits;
  EXPECT_EQ(to_double_double(one).hi, 1);
  EXPECT_EQ(to_double_double(-one).hi, -1);
  EXPECT_EQ(to_double_double(one).lo, 0);
  for (int bit = 0; bit <= fixed_fraction_bits; ++bit) {
    for (const int sign : {1, -1}) {
      const DoubleDouble v = to_double_double((Fixed{1} << bit) * sign);
      EXPECT_EQ(v.hi + v.lo, std::ldexp(sign, bit - fixed_fraction_bits)) << bit;
    }
  }
}

TEST(Lemma1, SeedsAreWithinAUnit) {
  for (const Spec& spec : {spec_of(128, 5e5), spec_of(4, 0, GivenFamily{{1e30, 0.1}})}) {
    for (const std::int64_t anchor : {std::int64_t{3}, -(std::int64_t{1} << 60)}) {
      double largest = 0;
      for (int pair = 0; pair < spec.pairs(); ++pair) {
        const Seeds seeds = seeds_of_pair(spec, pair, anchor, 0.75, 24);
        const auto check = [&](std::int64_t position, double m, const FixedComplex& got) {
          const auto [c, s] = cos_sin(exact_ball<Real1021>(position) * *inv_freq_ball<Real1021>(spec, pair));
          for (const auto& [value, fixed] : {std::pair{c.middle, got.re}, {s.middle, got.im}}) {
            Real1021 d = value * m;
            mpfr_mul_2si(raw(d), raw(d), fixed_fraction_bits, MPFR_RNDN);
            mpfr_sub_d(raw(d), raw(d), static_cast<double>(static_cast<std::int64_t>(fixed >> 80)) * 0x1p80, MPFR_RNDN);
            const auto low = static_cast<std::uint64_t>(fixed & ((Fixed{1} << 40) - 1));
            const auto middle = static_cast<std::uint64_t>((fixed >> 40) & ((Fixed{1} << 40) - 1));
            mpfr_sub_d(raw(d), raw(d), static_cast<double>(middle) * 0x1p40, MPFR_RNDN);
            mpfr_sub_d(raw(d), raw(d), static_cast<double>(low), MPFR_RNDN);
            largest = std::max(largest, std::fabs(static_cast<double>(d)));
          }
        };
        check(anchor, 0.75, seeds.start);
        for (int k = 0; k < 24; ++k) check(std::int64_t{1} << k, 1, seeds.powers[static_cast<std::size_t>(k)]);
      }
      EXPECT_LE(largest, 0.5 + 0x1p-30);
      EXPECT_GE(largest, 0.45);
    }
  }
}

struct Observed {
  double level1 = 0, level2 = 0, rotation = 0;
};

/// Largest errors over 16384 positions of all pairs, in units of u, u² and u²(|x0| + |x1|), each times 2^scale.
Observed observe(const Spec& spec, int scale) {
  constexpr std::size_t rows = 1 << 14;
  const CertifiedTable table(spec, 0, rows);
  std::vector<double> c(rows * table.pairs()), s(rows * table.pairs());
  table.values(0, rows, c.data(), s.data());
  std::mt19937_64 random(32);
  std::uniform_real_distribution<double> uniform(-1, 1);
  Observed o;
  for (int pair = 0; pair < spec.pairs(); ++pair) {
    Walk walk(spec, pair, 1);
    for (std::size_t row = 0; row < rows; ++row, walk.advance()) {
      const std::size_t at = row * table.pairs() + static_cast<std::size_t>(pair);
      const auto v = table.at(static_cast<std::int64_t>(row), pair);
      o.level1 = std::max({o.level1, distance(walk.cos, {c[at], 0}, 53), distance(walk.sin, {s[at], 0}, 53)});
      o.level2 = std::max({o.level2, distance(walk.cos, v.cos, 106), distance(walk.sin, v.sin, 106)});
      if (row % 4 != 0) continue;
      const double x0 = uniform(random), x1 = uniform(random);
      const Real510 y0 = walk.cos * x0 - walk.sin * x1, y1 = walk.sin * x0 + walk.cos * x1;
      const double size = std::fabs(x0) + std::fabs(x1);
      o.rotation = std::max({o.rotation, distance(y0, combination(x0, v.cos, -x1, v.sin), 106) / size,
                             distance(y1, combination(x0, v.sin, x1, v.cos), 106) / size});
    }
  }
  const double unit = std::ldexp(1.0, -scale);
  return {o.level1 * unit, o.level2 * unit, o.rotation * unit};
}

TEST(Lemmas3To8, HoldAndAreNotIdle) {
  for (const auto& [factor, scale] : {std::pair{1.0, 0}, {1.9, 1}}) {
    const Spec spec = spec_of(128, 5e5, DefaultFamily{}, factor);
    const Observed o = observe(spec, scale);
    RecordProperty("level1", std::to_string(o.level1));
    RecordProperty("level2", std::to_string(o.level2));
    RecordProperty("rotation", std::to_string(o.rotation));
    EXPECT_LE(o.level1, 2.9143) << factor;
    EXPECT_GE(o.level1, 1.8) << factor;
    EXPECT_LE(o.level2, 7.75) << factor;
    EXPECT_GE(o.level2, 2.3) << factor;
    EXPECT_LE(o.rotation, 14) << factor;
    EXPECT_GE(o.rotation, 2.3) << factor;
    const CertifiedTable table(spec, 0, 1);
    EXPECT_EQ(table.value_error(), std::ldexp(3.4143, scale - 53));
    EXPECT_EQ(table.double_double_error(), std::ldexp(7.75, scale - 106));
  }
}

}  // namespace
}  // namespace rope
