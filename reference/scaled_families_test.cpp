// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The families that scale the default one, against closed forms and against numbers that mpmath gave at 40 digits.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "reference/contract.hpp"
#include "reference/exact.hpp"
#include "reference/frequency_error.hpp"
#include "reference/spec_of.hpp"

namespace rope {
namespace {

void expect_same(const Spec& a, const Spec& b) {
  const Exact one(a), other(b);
  for (int i = 0; i < a.pairs(); ++i) {
    EXPECT_EQ(one.inv_freq(i).hi, other.inv_freq(i).hi) << i;
    EXPECT_EQ(one.inv_freq(i).lo, other.inv_freq(i).lo) << i;
  }
}

TEST(LinearFamilyTest, DividesEveryFrequency) {
  const Exact exact(spec_of(8, 1e4, LinearFamily{2.5}));  // 10^-i / 2.5, correctly rounded by the compiler
  const double decimal[] = {0.4, 0.04, 0.004, 0.0004};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(exact.inv_freq(i).hi, decimal[i]);
  expect_same(spec_of(128, 5e5, LinearFamily{1}), spec_of(128, 5e5, DefaultFamily{}));
}

TEST(LengthScaledFamilyTest, DividesByHowMuchLongerTheSequenceIs) {
  const Exact exact(spec_of(8, 1e4, LengthScaledFamily{4096, 10240}));
  EXPECT_EQ(exact.inv_freq(0).hi, 0.4);
  EXPECT_EQ(exact.inv_freq(3).hi, 0.0004);
  expect_same(spec_of(128, 1e6, LengthScaledFamily{32768, 131072}), spec_of(128, 1e6, LinearFamily{4}));
  for (const std::int64_t length : {1, 32767, 32768}) {
    expect_same(spec_of(128, 1e6, LengthScaledFamily{32768, length}), spec_of(128, 1e6, DefaultFamily{}));
  }
}

// Llama 4 Scout Instruct: both factors are 1. Wavelengths up to 8192 stay, longer ones are stretched 16 times.
TEST(Llama3FamilyTest, HasNoBandWhereItsFactorsAreEqual) {
  const Exact scaled(spec_of(128, 5e5, Llama3Family{16, 1, 1, 8192})), plain(spec_of(128, 5e5, DefaultFamily{}));
  for (int i = 0; i < 64; ++i) {
    const double w = plain.inv_freq(i).hi;
    EXPECT_EQ(scaled.inv_freq(i).hi, w * 8192 >= 6.283185307179586 ? w : w / 16) << i;
  }
  // Where a pair is at the edge, either branch is honest.
  const auto bound = frequency_error(spec_of(128, 5e5, Llama3Family{16, 1, 1, 8192}), baseline_contract(DType::f32));
  for (int i = 0; i < 64; ++i) EXPECT_LT(bound[static_cast<std::size_t>(i)], plain.inv_freq(i).hi * 1e-6) << i;
  Spec edge = spec_of(128, 5e5, Llama3Family{16, 1, 1, 8192});
  const double turns = plain.inv_freq(40).hi * 8192 / 6.283185307179586;
  edge.family = Llama3Family{16, turns, turns, 8192};
  const double wide = frequency_error(edge, baseline_contract(DType::f32))[40];
  EXPECT_GE(wide, plain.inv_freq(40).hi * 15 / 16);
}

TEST(NtkFixedFamilyTest, SlowsTheHighestALittleAndDividesTheLowest) {
  const Exact sixteen(spec_of(4, 16, NtkFixedFamily{16}));  // 1/16^(1/2), 16^(-1/2)/16
  EXPECT_EQ(sixteen.inv_freq(0).hi, 0.25);
  EXPECT_EQ(sixteen.inv_freq(1).hi, 1.0 / 64);
  expect_same(spec_of(128, 5e5, NtkFixedFamily{1}), spec_of(128, 5e5, DefaultFamily{}));
}

TEST(NtkMixedFamilyTest, TakesAShareOfTheFactor) {
  // t = 1/2, 1: 4^(1/4), and all of it.
  const Exact four(spec_of(4, 16, NtkMixedFamily{4, 2}));
  EXPECT_DOUBLE_EQ(four.inv_freq(0).hi, 1 / std::sqrt(2.0));
  EXPECT_EQ(four.inv_freq(1).hi, 1.0 / 16);
  expect_same(spec_of(128, 5e5, NtkMixedFamily{1, 0.625}), spec_of(128, 5e5, DefaultFamily{}));
  expect_same(spec_of(80, 1e4, NtkMixedFamily{8, 1}), spec_of(80, 1e4, NtkFixedFamily{8}));
}

TEST(NtkFamilyTest, DividesTheLowestFrequencyAndKeepsTheHighest) {
  const Exact five(spec_of(4, 16, NtkFamily{5}));  // base^(-1/2) = 16^(-1/2) / 5
  EXPECT_EQ(five.inv_freq(0).hi, 1);
  EXPECT_EQ(five.inv_freq(1).hi, 0.05);
  expect_same(spec_of(128, 5e5, NtkFamily{1}), spec_of(128, 5e5, DefaultFamily{}));
  // Dynamic NTK at a length that makes g = 2·12288/4096 - 1 = 5.
  const Exact fixed(spec_of(80, 1e4, NtkFamily{5})), dynamic(spec_of(80, 1e4, DynamicNtkFamily{2, 4096, 12288}));
  for (int i = 0; i < 40; ++i) EXPECT_EQ(fixed.inv_freq(i).hi, dynamic.inv_freq(i).hi) << i;
}

TEST(ProportionalFamilyTest, OnlyTheFirstPairsTurn) {
  const Spec spec = spec_of(16, 1e4, ProportionalFamily{0.25, 1});  // int(0.25 · 16 // 2) = 2
  const Exact exact(spec), plain(spec_of(16, 1e4, DefaultFamily{}));
  for (int i = 0; i < 8; ++i) EXPECT_EQ(exact.inv_freq(i).hi, i < 2 ? plain.inv_freq(i).hi : 0) << i;
  for (const std::int64_t p : {1, 131071}) {
    EXPECT_EQ(exact.trig(p, 2).cos.value.hi, 1);
    EXPECT_EQ(exact.trig(p, 7).sin.value.hi, 0);
  }
  // 0.3 · 20 / 2 = 3, but the product of binary64 numbers is 6 exactly: rounded to it.
  EXPECT_EQ(rotating_pairs({0.3, 1}, 20), 3);
  EXPECT_EQ(rotating_pairs({0.25, 1}, 6), 0);
  expect_same(spec_of(64, 1e6, ProportionalFamily{1, 8}), spec_of(64, 1e6, LinearFamily{8}));
}

TEST(LongRopeFamilyTest, TakesTheLongListPastTheOriginalLength) {
  const LongRopeFamily at{{1, 1, 1, 1}, {1, 2, 4, 2.5}, 4096, 4096}, past{{1, 1, 1, 1}, {1, 2, 4, 2.5}, 4096, 4097};
  expect_same(spec_of(8, 1e4, at), spec_of(8, 1e4, DefaultFamily{}));
  const Exact exact(spec_of(8, 1e4, past));
  const double decimal[] = {1, 0.05, 0.0025, 0.0004};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(exact.inv_freq(i).hi, decimal[i]);
}

struct Correction {
  const char* model;
  Spec spec;
  double low, high;
};

// d·ln(L0/(2 pi r))/(2 ln theta) by mpmath.
TEST(YarnFamilyTest, CorrectionDimsOfRealModels) {
  const Correction cases[] = {
      {"gpt-oss", spec_of(64, 150000, YarnFamily{32, 32, 1, 4096, false}), 8.0927791155124010051,
       17.398024501588555505},
      {"DeepSeek V3", spec_of(64, 1e4, YarnFamily{40, 32, 1, 4096, false}), 10.472240810318026535,
       22.513440636877274344},
      {"Qwen3 at 4x", spec_of(128, 1e6, YarnFamily{4, 32, 1, 32768, false}), 23.595947608338100294,
       39.650880710417097372},
      {"Kimi K2", spec_of(64, 5e4, YarnFamily{32, 1, 1, 4096, true}), 19, 20},
      {"DeepSeek V3 truncated", spec_of(64, 1e4, YarnFamily{40, 32, 1, 4096, true}), 10, 23},
  };
  for (const Correction& c : cases) {
    const CorrectionRange range = correction_range(std::get<YarnFamily>(c.spec.family), c.spec);
    EXPECT_NEAR(range.low, c.low, 1e-13) << c.model;
    EXPECT_NEAR(range.high, c.high, 1e-13) << c.model;
    EXPECT_LE(std::fabs(range.low - c.low), range.error) << c.model;
    EXPECT_LE(std::fabs(range.high - c.high), range.error) << c.model;
  }
}

TEST(YarnFamilyTest, FrequenciesOfGptOssTruncatedAndNot) {
  const Exact open(spec_of(64, 150000, YarnFamily{32, 32, 1, 4096, false}));
  const Exact truncated(spec_of(64, 150000, YarnFamily{32, 32, 1, 4096, true}));
  EXPECT_EQ(open.inv_freq(8).hi, 0.05081327481546147362802052);
  EXPECT_EQ(truncated.inv_freq(8).hi, 0.05081327481546147362802052);
  EXPECT_EQ(open.inv_freq(9).hi, 0.03170569618466376598765548);
  EXPECT_EQ(truncated.inv_freq(9).hi, 0.03162075227534648790412727);
  EXPECT_EQ(open.inv_freq(12).hi, 0.006794959489732217833119924);
  EXPECT_EQ(truncated.inv_freq(12).hi, 0.00701571391050438824574443);
  EXPECT_EQ(open.inv_freq(17).hi, 0.0001293187012450627206078608);
  EXPECT_EQ(truncated.inv_freq(17).hi, 0.0002279477957951252632599312);
  EXPECT_EQ(open.inv_freq(18).hi, 0.00003830881237375338291411281);
  EXPECT_EQ(truncated.inv_freq(31).hi, 0.0000003023511428119214373866032);
}

TEST(YarnFamilyTest, FactorOneChangesNothingBeyondTheLastWord) {
  const Exact plain(spec_of(128, 5e5, DefaultFamily{})), scaled(spec_of(128, 5e5, YarnFamily{1, 32, 1, 8192, true}));
  for (int i = 0; i < 64; ++i) EXPECT_EQ(plain.inv_freq(i).hi, scaled.inv_freq(i).hi) << i;
}

TEST(YarnFamilyTest, EqualBetasAreAStep) {
  const Spec spec = spec_of(64, 5e4, YarnFamily{32, 1, 1, 4096, false});
  const Exact exact(spec), plain(spec_of(64, 5e4, DefaultFamily{})), slow(spec_of(64, 5e4, LinearFamily{32}));
  for (int i = 0; i < 32; ++i) {  // 19.16: pairs to 19 are kept
    EXPECT_EQ(exact.inv_freq(i).hi, (i <= 19 ? plain : slow).inv_freq(i).hi) << i;
  }
}

}  // namespace
}  // namespace rope
