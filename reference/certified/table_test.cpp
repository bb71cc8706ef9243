// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The certified table against Exact, bit for bit: families, factors, windows anywhere, every dtype; and the cells where
// binary64 alone is wrong.
#include "reference/certified/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include "reference/certified/test_specs.hpp"

namespace rope {
namespace {

using testing_certified::Named;
using testing_certified::specs;

constexpr std::size_t f32 = 0, f16 = 1, bf16 = 2;  // places in tensor_dtypes

/// All roundings of a window, and what decided them.
struct Rounded {
  std::vector<float> cos32, sin32;
  std::vector<std::uint16_t> cos_half, sin_half, cos_bfloat, sin_bfloat;
  std::vector<double> cos64, sin64;
  LevelCounts counts32, counts16, counts_bfloat, counts64;

  Rounded(const CertifiedTable& t, std::int64_t from, std::size_t rows) {
    const std::size_t n = rows * t.pairs();
    for (auto* v : {&cos32, &sin32}) v->resize(n);
    for (auto* v : {&cos_half, &sin_half, &cos_bfloat, &sin_bfloat}) v->resize(n);
    for (auto* v : {&cos64, &sin64}) v->resize(n);
    counts32 = t.round_f32(from, rows, cos32.data(), sin32.data());
    counts16 = t.round_f16(from, rows, cos_half.data(), sin_half.data());
    counts_bfloat = t.round_bf16(from, rows, cos_bfloat.data(), sin_bfloat.data());
    counts64 = t.round_f64(from, rows, cos64.data(), sin64.data());
  }
};

std::uint64_t bits(double x) {
  return std::bit_cast<std::uint64_t>(x);
}
std::uint32_t bits(float x) {
  return std::bit_cast<std::uint32_t>(x);
}

class EverySpec : public testing::TestWithParam<Named> {};

TEST_P(EverySpec, RoundsAsExactDoesInEveryDtypeWhereverTheWindowLies) {
  const Spec& spec = GetParam().spec;
  std::mt19937_64 random(21);
  constexpr std::int64_t rows = 1100;
  for (const std::int64_t first : {std::int64_t{0}, std::int64_t{-533}, std::int64_t{77777}, std::int64_t{-5'000'000},
                                   std::int64_t{1} << 40, -(std::int64_t{1} << 40), std::int64_t{1} << 59,
                                   -(std::int64_t{1} << 60), (std::int64_t{1} << 60) - rows + 1}) {
    const CertifiedTable table(spec, first, rows);
    const Rounded got(table, first, rows);
    for (int k = 0; k < 150; ++k) {
      auto row = static_cast<std::size_t>(random() % rows);
      if (k < 4 && first == -533) row = static_cast<std::size_t>(532 + k % 3);  // position 0 and its neighbours
      if (k >= 4 && k < 6) row = k == 4 ? 0 : rows - 1;
      const std::size_t i = k == 0 && first == -533 ? 0 : random() % table.pairs();
      const auto position = first + static_cast<std::int64_t>(row);
      const auto exact = table.exact().trig(position, static_cast<int>(i));
      const std::size_t at = row * table.pairs() + i;
      ASSERT_EQ(bits(got.cos32[at]), exact.cos.bits[f32]) << position << " " << i;
      ASSERT_EQ(bits(got.sin32[at]), exact.sin.bits[f32]) << position << " " << i;
      ASSERT_EQ(got.cos_half[at], exact.cos.bits[f16]) << position << " " << i;
      ASSERT_EQ(got.sin_half[at], exact.sin.bits[f16]) << position << " " << i;
      ASSERT_EQ(got.cos_bfloat[at], exact.cos.bits[bf16]) << position << " " << i;
      ASSERT_EQ(got.sin_bfloat[at], exact.sin.bits[bf16]) << position << " " << i;
      ASSERT_EQ(bits(got.cos64[at]), bits(exact.cos.value.hi)) << position << " " << i;
      ASSERT_EQ(bits(got.sin64[at]), bits(exact.sin.value.hi)) << position << " " << i;
    }
  }
}

TEST_P(EverySpec, RotatesAsExactDoes) {
  const Spec& spec = GetParam().spec;
  std::mt19937_64 random(22);
  std::uniform_real_distribution<double> uniform(-1, 1);
  const CertifiedTable table(spec, -70, 300);
  for (int k = 0; k < 300; ++k) {
    const auto position = k % 10 == 0 ? 0 : static_cast<std::int64_t>(random() % 300) - 70;
    const auto pair = static_cast<int>(random() % table.pairs());
    const DType dtype = tensor_dtypes[static_cast<std::size_t>(k % 3)];
    const double stretch = k % 5 == 0 ? std::ldexp(1.0, static_cast<int>(random() % 250) - 125) : 1;
    const double x0 = k % 7 == 0 ? 0 : round_to(DType::f32, stretch * uniform(random));
    const double x1 = k % 11 == 0 ? -0.0 : round_to(DType::f32, stretch * uniform(random));
    for (const Direction direction : {Direction::forward, Direction::backward}) {
      const auto got = table.rotate(position, pair, dtype, x0, x1, direction);
      const auto exact = table.exact().rotate(position, pair, dtype, x0, x1, direction);
      ASSERT_EQ(got[0], exact[0].bits) << position << " " << pair << " " << x0 << " " << x1;
      ASSERT_EQ(got[1], exact[1].bits) << position << " " << pair << " " << x0 << " " << x1;
    }
  }
}

TEST_P(EverySpec, SingleCellsAreThoseOfRows) {
  const CertifiedTable table(GetParam().spec, -40, 90);
  const std::size_t n = 90 * table.pairs();
  std::vector<double> ch(n), cl(n), sh(n), sl(n), c(n), s(n);
  table.double_doubles(-40, 90, ch.data(), cl.data(), sh.data(), sl.data());
  table.values(-40, 90, c.data(), s.data());
  for (std::size_t at = 0; at < n; ++at) {
    const auto v = table.at(static_cast<std::int64_t>(at / table.pairs()) - 40, static_cast<int>(at % table.pairs()));
    ASSERT_EQ(v.cos.hi, ch[at]);
    ASSERT_EQ(v.cos.lo, cl[at]);
    ASSERT_EQ(v.sin.hi, sh[at]);
    ASSERT_EQ(v.sin.lo, sl[at]);
    ASSERT_LE(std::fabs(c[at] - v.cos.hi), table.value_error());
    ASSERT_LE(std::fabs(s[at] - v.sin.hi), table.value_error());
    ASSERT_EQ(ch[at] + cl[at], ch[at]);
  }
}

INSTANTIATE_TEST_SUITE_P(Certified, EverySpec, testing::ValuesIn(specs()),
                         [](const auto& named) { return named.param.name; });

// Exhaustive in a small window: sampling could miss what happens at the edges of vectors, blocks and coarse rows.
TEST(Whole, WindowsAreRoundedAsExactDoes) {
  for (const int d : {2, 6, 34}) {
    const CertifiedTable table(spec_of(d, 1e4), -150, 300);
    const Rounded got(table, -150, 300);
    for (std::size_t at = 0; at < got.cos32.size(); ++at) {
      const auto exact =
          table.exact().trig(static_cast<std::int64_t>(at / table.pairs()) - 150, static_cast<int>(at % table.pairs()));
      ASSERT_EQ(bits(got.cos32[at]), exact.cos.bits[f32]);
      ASSERT_EQ(bits(got.sin32[at]), exact.sin.bits[f32]);
      ASSERT_EQ(got.cos_half[at], exact.cos.bits[f16]);
      ASSERT_EQ(got.sin_half[at], exact.sin.bits[f16]);
      ASSERT_EQ(got.cos_bfloat[at], exact.cos.bits[bf16]);
      ASSERT_EQ(got.sin_bfloat[at], exact.sin.bits[bf16]);
      ASSERT_EQ(bits(got.cos64[at]), bits(exact.cos.value.hi));
      ASSERT_EQ(bits(got.sin64[at]), bits(exact.sin.value.hi));
    }
  }
}

// Found by exhaustive search: nearer to the middle of two fp32 numbers than binary64 can tell. Which side level 1 falls
// on depends on how the window splits the position; somewhere it falls on the wrong one, and the table never does.
TEST(Level1, AloneWouldBeWrongWhereTheTableIsRight) {
  const Spec spec = spec_of(64, 1e4);
  for (const auto& [position, pair] : {std::pair<std::int64_t, int>{536479, 28}, {5638343, 21}}) {
    const std::uint32_t right = Exact(spec).trig(position, pair).sin.bits[f32];
    int windows = 0, wrong = 0;
    for (std::int64_t before = 270'000; before < 590'000; before += 8191) {
      const CertifiedTable table(spec, position - before, 1 << 20);
      std::vector<double> c(32), s(32);
      table.values(position, 1, c.data(), s.data());
      const auto i = static_cast<std::size_t>(pair);
      ++windows;
      wrong += bits(static_cast<float>(s[i])) != right ? 1 : 0;
      std::vector<float> cf(32), sf(32);
      EXPECT_GE(table.round_f32(position, 1, cf.data(), sf.data()).level2, 1U);
      EXPECT_EQ(bits(sf[i]), right);
    }
    EXPECT_GT(wrong, 0) << position;
    EXPECT_LT(wrong, windows) << position;
  }
}

// The nearest of all to a middle, for d = 128 and positions to 2^24: 1.6 to 2.5e-10 fp32 ulps.
TEST(Level2, DecidesTheHardestCases) {
  struct Hard {
    double theta;
    bool sine;
    std::int64_t position;
    int pair;
  };
  for (const Hard& h : {Hard{1e4, true, 10461481, 26}, Hard{5e5, true, 3681610, 18}, Hard{1e7, false, 4877199, 41}}) {
    const CertifiedTable table(spec_of(128, h.theta), h.position - 1000, 2000);
    std::vector<float> c(64), s(64);
    const LevelCounts counts = table.round_f32(h.position, 1, c.data(), s.data());
    const auto exact = table.exact().trig(h.position, h.pair);
    const auto i = static_cast<std::size_t>(h.pair);
    EXPECT_EQ(bits(h.sine ? s[i] : c[i]), (h.sine ? exact.sin : exact.cos).bits[f32]) << h.theta;
    EXPECT_GE(counts.level2, 1U);
    EXPECT_EQ(counts.level3, 0U);
    const auto near = table.near_midpoints(DType::f32, h.position, 1, table.value_error());
    ASSERT_EQ(near.size(), 1U);
    EXPECT_EQ(near[0].position, h.position);
    EXPECT_EQ(near[0].pair, h.pair);
    EXPECT_EQ(near[0].sine, h.sine);
  }
}

// Numerators of convergents of pi: pair 0 has inv_freq 1, so the sine is below 2^-54 and binary64 does not even know
// its sign, which fp16's zero carries.
TEST(Level1, LeavesTheSignOfARoundedZeroOpen) {
  const Spec spec = spec_of(2, 1e4);
  int wrong_signs = 0;
  for (const std::int64_t position : {66627445592888887, 430010946591069243, -66627445592888887, -430010946591069243}) {
    const auto exact = Exact(spec).trig(position, 0).sin;
    ASSERT_LT(std::fabs(exact.value.hi), 0x1p-54);
    for (std::int64_t before = 0; before < 64; ++before) {
      const CertifiedTable table(spec, position - before, 64);
      double c = 0, s = 0;
      table.values(position, 1, &c, &s);
      wrong_signs += std::signbit(s) != std::signbit(exact.value.hi) ? 1 : 0;
      std::uint16_t cos = 0, sin = 0;
      EXPECT_EQ(table.round_f16(position, 1, &cos, &sin).level2, 1U);
      EXPECT_EQ(sin, exact.bits[f16]);
      EXPECT_TRUE(sin == 0x0000 || sin == 0x8000);
      table.round_bf16(position, 1, &cos, &sin);
      EXPECT_EQ(sin, exact.bits[bf16]);
    }
  }
  EXPECT_GT(wrong_signs, 0);
}

TEST(Levels, AreCountedWhereverARowIsLookedAt) {
  const CertifiedTable table(spec_of(64, 1e4), 0, 1 << 20);
  const LevelCounts all = table.certify(DType::f32, 0, 1 << 20);
  EXPECT_EQ(all.values, std::uint64_t{2} << 25);
  EXPECT_GT(all.level2, 0U);
  EXPECT_LT(all.level2, 100U);  // 2^26 values, each open with a chance of about 2^-23
  EXPECT_EQ(all.level3, 0U);
  LevelCounts parts;
  for (std::int64_t from = 0; from < 1 << 20;) {
    const std::int64_t rows = std::min<std::int64_t>(333'333, (1 << 20) - from);
    parts += table.certify(DType::f32, from, static_cast<std::size_t>(rows));
    from += rows;
  }
  EXPECT_EQ(parts, all);
  // fp64 begins at level 2; a sine of 1e-25 is too small for it, and left to Exact.
  const CertifiedTable small(spec_of(4, 0, GivenFamily{{1, 1e-25}}), 1, 100);
  const LevelCounts counts = small.certify(DType::f64, 1, 100);
  EXPECT_EQ(counts.values, 400U);
  EXPECT_EQ(counts.level2, 400U);
  EXPECT_EQ(counts.level3, 100U);
}

TEST(ExactCases, ArePlainNumbers) {
  const double factor = 1 + 0x1p-11;  // a tie in fp16, to 1; above 1 in bf16 by less than half
  const CertifiedTable table(spec_of(6, 0, GivenFamily{{1, 0, 0.25}}, factor), -10, 20);
  const Rounded got(table, -10, 20);
  for (std::size_t row = 0; row < 20; ++row) {
    for (std::size_t i = 0; i < 3; ++i) {
      if (row != 10 && i != 1) continue;
      const std::size_t at = row * 3 + i;
      EXPECT_EQ(got.cos64[at], factor);
      EXPECT_EQ(bits(got.sin64[at]), 0U);
      EXPECT_EQ(got.cos32[at], static_cast<float>(factor));
      EXPECT_EQ(bits(got.sin32[at]), 0U);
      EXPECT_EQ(got.cos_half[at], 0x3C00U);
      EXPECT_EQ(got.sin_half[at], 0U);
      EXPECT_EQ(got.cos_bfloat[at], 0x3F80U);
      EXPECT_EQ(got.sin_bfloat[at], 0U);
    }
  }
  EXPECT_EQ(got.counts64.level2, 2 * 19 * 2U);  // position 0 and the pair that does not rotate are decided at once
}

TEST(NearMidpoints, AreThoseOfABruteForceLoop) {
  for (const Spec& spec : {spec_of(24, 1e4, DefaultFamily{}, 1.9), spec_of(8, 0, GivenFamily{{1, 0, 0.3, 1e-9}})}) {
    constexpr std::int64_t first = -200, rows = 500;
    const CertifiedTable table(spec, first, rows);
    for (const auto& [dtype, window] :
         {std::pair{DType::f32, 1e-10}, {DType::f16, 3e-7}, {DType::bf16, 1e-5}, {DType::bf16, table.value_error()}}) {
      std::vector<NearMidpoint> expected;
      for (std::int64_t p = first; p < first + rows; ++p) {
        for (int i = 0; i < spec.pairs(); ++i) {
          if (p == 0 || table.exact().inv_freq(i).hi == 0) continue;
          const auto trig = table.exact().trig(p, i);
          for (const bool sine : {false, true}) {
            const double v = (sine ? trig.sin : trig.cos).value.hi;  // 2^-53 more or less does not matter at these
            if (round_to_bits(dtype, v - window) != round_to_bits(dtype, v + window)) expected.push_back({p, i, sine});
          }
        }
      }
      const auto got = table.near_midpoints(dtype, first, rows, window);
      ASSERT_EQ(got.size(), expected.size()) << name(dtype);
      EXPECT_GE(got.size(), window > 1e-14 ? 4U : 0U);
      for (std::size_t k = 0; k < got.size(); ++k) {
        EXPECT_EQ(got[k].position, expected[k].position);
        EXPECT_EQ(got[k].pair, expected[k].pair);
        EXPECT_EQ(got[k].sine, expected[k].sine);
      }
    }
  }
}

TEST(Arguments, OutsideTheDomainAreRefused) {
  constexpr std::int64_t limit = std::int64_t{1} << 60;
  const Spec spec = spec_of(4, 1e4);
  EXPECT_THROW(CertifiedTable(spec_of(3, 1e4), 0, 1), std::invalid_argument);
  EXPECT_THROW(CertifiedTable(spec, 0, 0), std::invalid_argument);
  EXPECT_THROW(CertifiedTable(spec, 0, -1), std::invalid_argument);
  EXPECT_THROW(CertifiedTable(spec, 0, CertifiedTable::longest + 1), std::invalid_argument);
  EXPECT_THROW(CertifiedTable(spec, -limit - 1, 1), std::invalid_argument);
  EXPECT_THROW(CertifiedTable(spec, limit, 2), std::invalid_argument);
  EXPECT_THROW(CertifiedTable(spec, std::numeric_limits<std::int64_t>::max(), 1), std::invalid_argument);
  EXPECT_NO_THROW(CertifiedTable(spec, limit, 1));
  const CertifiedTable table(spec, 10, 5);
  double x[20];
  EXPECT_THROW(table.values(9, 1, x, x), std::invalid_argument);
  EXPECT_THROW(table.values(10, 6, x, x), std::invalid_argument);
  EXPECT_THROW(table.values(16, 0, x, x), std::invalid_argument);
  EXPECT_THROW(table.certify(DType::f32, 14, std::numeric_limits<std::size_t>::max()), std::invalid_argument);
  EXPECT_THROW(table.double_doubles(std::numeric_limits<std::int64_t>::min(), 1, x, x, x, x), std::invalid_argument);
  EXPECT_THROW(table.at(15, 0), std::invalid_argument);
  EXPECT_THROW(table.at(10, 2), std::invalid_argument);
  EXPECT_THROW(table.at(10, -1), std::invalid_argument);
  EXPECT_THROW(table.rotate(10, 0, DType::f64, 1, 1, Direction::forward), std::invalid_argument);
  EXPECT_THROW(table.rotate(10, 0, DType::f32, std::nan(""), 1, Direction::forward), std::invalid_argument);
  EXPECT_THROW(table.near_midpoints(DType::f64, 10, 1, 1), std::invalid_argument);
  EXPECT_THROW(table.near_midpoints(DType::f32, 10, 1, table.value_error() / 2), std::invalid_argument);
  EXPECT_EQ(table.certify(DType::f32, 15, 0), LevelCounts{});
}

}  // namespace
}  // namespace rope
