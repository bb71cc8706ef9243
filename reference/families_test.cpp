// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The families against closed forms, against their formula by another path, and against their own radius.
#include "reference/families.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "reference/direct_mpfr.hpp"
#include "reference/exact.hpp"
#include "reference/spec_of.hpp"

namespace rope {
namespace {

TEST(DefaultFamilyTest, PowersOfTwoAreExact) {
  const Exact exact_values(spec_of(8, 16, DefaultFamily{}));  // 16^(-2i/8) = 2^-i
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(exact_values.inv_freq(i).hi, std::ldexp(1.0, -i));
    EXPECT_EQ(exact_values.inv_freq(i).lo, 0);
  }
}

TEST(DefaultFamilyTest, PowersOfTenToDoubleDouble) {
  const Exact exact_values(spec_of(8, 1e4, DefaultFamily{}));  // 1e4^(-2i/8) = 10^-i
  const double decimal[] = {1, 1e-1, 1e-2, 1e-3};              // correctly rounded by the compiler
  double power = 1;
  for (int i = 0; i < 4; ++i, power *= 10) {
    const DoubleDouble f = exact_values.inv_freq(i);
    EXPECT_EQ(f.hi, decimal[i]);
    // 10^i (hi + lo) - 1, evaluated without cancellation error: fma is exact here but for one rounding of a number
    // below 2^-53.
    const double residue = std::fma(f.hi, power, -1.0) + f.lo * power;
    EXPECT_LE(std::fabs(residue), 0x1p-104) << i;
  }
}

TEST(DefaultFamilyTest, ExponentIsOverRotaryDimNotHeadDim) {
  Spec spec = spec_of(8, 16, DefaultFamily{});
  spec.head_dim = 64;
  spec.dim_offset = 56;
  EXPECT_EQ(Exact(spec).inv_freq(3).hi, 0.125);
}

// Where the band lies follows from n_i = L0 w_i / (2 pi) alone, here in binary64 with margins far above its error.
void check_llama3_branches(int d, int first_banded, int first_scaled) {
  const double theta = 5e5, context = 8192;
  const Exact plain(spec_of(d, theta, DefaultFamily{}));
  const Exact scaled(spec_of(d, theta, Llama3Family{8, 1, 4, 8192}));
  for (int i = 0; i < d / 2; ++i) {
    const double w = std::exp(-2.0 * i / d * std::log(theta));
    const double n = context * w / (2 * 3.14159265358979323846);
    const int branch = n > 4 ? 0 : n < 1 ? 2 : 1;
    EXPECT_EQ(branch, i < first_banded ? 0 : i < first_scaled ? 1 : 2) << i;
    const DoubleDouble f = scaled.inv_freq(i), g = plain.inv_freq(i);
    if (branch == 0) {
      EXPECT_EQ(f.hi, g.hi);
      EXPECT_EQ(f.lo, g.lo);
    } else if (branch == 2) {
      EXPECT_EQ(f.hi, g.hi / 8);  // division by 8 is exact
      EXPECT_EQ(f.lo, g.lo / 8);
    } else {
      const double t = (n - 1) / 3;
      EXPECT_NEAR(f.hi / ((1 - t) * w / 8 + t * w), 1, 1e-13) << i;  // binary64 formula: some 20 roundings, 2e-15 each
      EXPECT_LT(f.hi, g.hi);
      EXPECT_GT(f.hi, g.hi / 8);
    }
  }
}

TEST(Llama3FamilyTest, BranchesOfTheRealModels) {
  check_llama3_branches(128, 29, 35);
  check_llama3_branches(64, 15, 18);
}

TEST(Llama3FamilyTest, FactorOneChangesNothing) {
  const Exact plain(spec_of(128, 5e5, DefaultFamily{}));
  const Exact scaled(spec_of(128, 5e5, Llama3Family{1, 1, 4, 8192}));
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(plain.inv_freq(i).hi, scaled.inv_freq(i).hi);
    EXPECT_LE(std::fabs(plain.inv_freq(i).lo - scaled.inv_freq(i).lo), 0x1p-104 * plain.inv_freq(i).hi);
  }
}

std::vector<Spec> many_specs() {
  std::vector<Spec> specs;
  for (const double theta : {std::nextafter(1.0, 2.0), 1.5, 100.0, 1e4, 5e5, 1e6, 1e7, 1e60}) {
    for (const int d : {2, 64, 80, 96, 128, 256}) specs.push_back(spec_of(d, theta, DefaultFamily{}));
  }
  for (const double factor : {1.0, 8.0, 32.0, 3.7, 1e60}) {
    for (const int d : {64, 96, 128}) specs.push_back(spec_of(d, 5e5, Llama3Family{factor, 1, 4, 8192}));
  }
  for (const DynamicNtkFamily& family :
       {DynamicNtkFamily{2, 4096, 8192}, DynamicNtkFamily{1, 4096, 12345}, DynamicNtkFamily{8, 2048, 2049},
        DynamicNtkFamily{65536, 1, std::int64_t{1} << 40}, DynamicNtkFamily{3.7, 4096, 100}}) {
    for (const int d : {4, 32, 80, 128}) specs.push_back(spec_of(d, 1e4, family));
    specs.push_back(spec_of(4, 1e60, family));
  }
  specs.push_back(spec_of(8, 0, GivenFamily{{1, 0.1, 1e30, 1e-120}}));
  for (const int d : {4, 64, 80, 128}) {
    const auto n = static_cast<std::size_t>(d / 2);
    for (const double factor : {1.0, 4.0, 3.7, 1e60}) {
      specs.push_back(spec_of(d, 5e5, LinearFamily{factor}));
      specs.push_back(spec_of(d, 1e6, ProportionalFamily{0.6, factor}));
      for (const bool truncate : {true, false}) {
        specs.push_back(spec_of(d, 1.5e5, YarnFamily{factor, 32, 1, 4096, truncate}));
        specs.push_back(spec_of(d, 5e4, YarnFamily{factor, 1, 1, 4096, truncate}));
        specs.push_back(spec_of(d, 1e4, YarnFamily{factor, 64.5, 0.3, 1000, truncate}));
      }
    }
    // Ends of the ramp below the first index and past d - 1, where they are clamped.
    specs.push_back(spec_of(d, 1e4, YarnFamily{4, 32, 1, 100, true}));
    specs.push_back(spec_of(d, 1e4, YarnFamily{4, 32, 1, 100, false}));
    specs.push_back(spec_of(d, 1e4, YarnFamily{4, 1e6, 1, 10000000000, true}));
    specs.push_back(spec_of(d, 1e4, YarnFamily{4, 1e6, 1, 10000000000, false}));
    for (const double alpha : {1.0, 3.7, 1000.0, 0x1p56}) specs.push_back(spec_of(d, 1e4, NtkFamily{alpha}));
    for (const double factor : {1.0, 3.7, 8.0, 0x1p56}) {
      specs.push_back(spec_of(d, 1e4, NtkFixedFamily{factor}));
      for (const double b : {0.625, 1.0, 7.9}) specs.push_back(spec_of(d, 5e5, NtkMixedFamily{factor, b}));
    }
    for (const std::int64_t length : {1000, 4096, 4097, 1 << 20}) {
      specs.push_back(spec_of(d, 1e6, LengthScaledFamily{4096, length}));
      specs.push_back(
          spec_of(d, 1e4, LongRopeFamily{std::vector<double>(n, 1.1), std::vector<double>(n, 64.8), 4096, length}));
    }
  }
  // A band one ulp wide around pair 32 of d = 128, so that t = (n - low)/(high - low) loses 52 bits: the radius must
  // know.
  Spec narrow = spec_of(128, 5e5, Llama3Family{8, 1, 4, 8192});
  const direct::Number n = direct::Number(8192L) * direct::inv_freq(DefaultFamily{}, narrow, 32) /
                           (direct::Number(8L) * direct::apply(mpfr_atan, direct::Number(1L)));
  const double low = mpfr_get_d(n.get(), MPFR_RNDD);
  narrow.family = Llama3Family{8, low, std::nextafter(low, 100.0), 8192};
  specs.push_back(narrow);
  return specs;
}

TEST(DynamicNtkFamilyTest, ClosedForms) {
  // d = 4, one pair besides 0: base^(-1/2) = theta^(-1/2) / g, and g = 2·12288/4096 - 1 = 5.
  const Exact five(spec_of(4, 16, DynamicNtkFamily{2, 4096, 12288}));
  EXPECT_EQ(five.inv_freq(0).hi, 1);
  EXPECT_EQ(five.inv_freq(1).hi, 0.05);
  // The lowest frequency is divided by g for any d, and the highest stays: that is what the exponent d/(d-2) is for.
  const Exact plain(spec_of(128, 5e5, DefaultFamily{}));
  const Exact grown(spec_of(128, 5e5, DynamicNtkFamily{4, 8192, 13 * 8192 / 4}));  // g = 4·13/4 - 3 = 10
  EXPECT_EQ(grown.inv_freq(0).hi, 1);
  EXPECT_NEAR(grown.inv_freq(63).hi * 10 / plain.inv_freq(63).hi, 1, 0x1p-51);  // one rounding each
}

TEST(DynamicNtkFamilyTest, ShortSequencesAreNotScaled) {
  const Exact plain(spec_of(128, 5e5, DefaultFamily{}));
  for (const std::int64_t length : {1, 100, 8192}) {
    const Exact scaled(spec_of(128, 5e5, DynamicNtkFamily{4, 8192, length}));
    for (int i = 0; i < 64; ++i) {
      EXPECT_EQ(plain.inv_freq(i).hi, scaled.inv_freq(i).hi);
      EXPECT_EQ(plain.inv_freq(i).lo, scaled.inv_freq(i).lo);
    }
  }
  EXPECT_LT(Exact(spec_of(128, 5e5, DynamicNtkFamily{4, 8192, 8193})).inv_freq(63).hi, plain.inv_freq(63).hi);
}

TEST(GivenFamilyTest, IsExactAndMayBeZero) {
  Spec spec = spec_of(8, 0, GivenFamily{{1, 0.1, 0, -0.0}});
  spec.attention_factor = 1.1;
  const Exact exact_values(spec);
  EXPECT_EQ(exact_values.inv_freq(1).hi, 0.1);
  EXPECT_EQ(exact_values.inv_freq(1).lo, 0);
  for (const int pair : {2, 3}) {
    EXPECT_EQ(exact_values.inv_freq(pair).hi, 0);
    EXPECT_FALSE(std::signbit(exact_values.inv_freq(pair).hi));
    for (const std::int64_t p : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-7}, std::int64_t{1} << 40}) {
      const Exact::Trig trig = exact_values.trig(p, pair);
      EXPECT_EQ(trig.cos.value.hi, 1.1);
      EXPECT_EQ(trig.cos.value.lo, 0);
      EXPECT_EQ(trig.sin.value.hi, 0);
      for (const std::uint32_t bits : trig.sin.bits) EXPECT_EQ(bits, 0U) << "a zero with a sign";
    }
  }
  // sin at ±1e30 · 2^40: the reduction is exact however large the angle is.
  EXPECT_EQ(problem(spec_of(2, 0, GivenFamily{{1e30}})), std::nullopt);
  const Exact fast(spec_of(2, 0, GivenFamily{{1e30}}));
  const auto [c, s] = direct::cos_sin(fast.spec(), std::int64_t{1} << 40, 0);
  EXPECT_EQ(fast.trig(std::int64_t{1} << 40, 0).sin.value.hi, direct::nearest(s));
  EXPECT_EQ(fast.trig(std::int64_t{1} << 40, 0).cos.value.hi, direct::nearest(c));
}

TEST(Families, AgreeWithTheFormulaByAnotherPath) {
  for (const Spec& spec : many_specs()) {
    ASSERT_EQ(problem(spec), std::nullopt);
    const Exact exact_values(spec);
    for (int i = 0; i < spec.pairs(); ++i) {
      const direct::Number v = direct::inv_freq(spec, i);
      ASSERT_EQ(exact_values.inv_freq(i).hi, direct::nearest(v)) << spec.theta << " " << spec.rotary_dim << " " << i;
      ASSERT_LE(direct::log2_relative_error(exact_values.inv_freq(i), v), -105);
    }
  }
}

template <class Real>
void expect_radius_to_hold(const Spec& spec, int pair) {
  const auto ball = inv_freq_ball<Real>(spec, pair);
  const auto finer = inv_freq_ball<Real1021>(spec, pair);
  ASSERT_TRUE(ball && finer);
  Real1021 middle;
  mpfr_set(raw(middle), raw(ball->middle), MPFR_RNDN);
  const Real1021 distance = abs(middle - finer->middle);
  if (ball->radius == exact) {
    EXPECT_EQ(distance, 0);
    return;
  }
  EXPECT_LE(distance, radius_value<Real1021>(ball->radius) + radius_value<Real1021>(finer->radius))
      << spec.theta << " " << spec.rotary_dim << " " << pair;
}

TEST(Families, RadiusHoldsAgainstTheHighestPrecision) {
  for (const Spec& spec : many_specs()) {
    for (int i = 0; i < spec.pairs(); ++i) {
      expect_radius_to_hold<Real191>(spec, i);
      expect_radius_to_hold<Real510>(spec, i);
    }
  }
}

TEST(Families, NarrowBandIsReallyInsideTheBand) {
  const Spec spec = many_specs().back();
  const double w = Exact(spec_of(128, 5e5, DefaultFamily{})).inv_freq(32).hi;
  const double f = Exact(spec).inv_freq(32).hi;
  EXPECT_LT(f, w);
  EXPECT_GT(f, w / 8);
}

}  // namespace
}  // namespace rope
