// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Correctly rounded functions against MPFR at 300 bits rounded through its own conversion; the C library's within the
// errors that bounds take from its sources.
#include "reference/pipeline/functions.hpp"

#include <gtest/gtest.h>
#include <mpfr.h>

#include <cmath>
#include <random>

namespace rope::pipeline {
namespace {

struct Wide {
  explicit Wide(double x) {
    mpfr_init2(v, 300);
    mpfr_set_d(v, x, MPFR_RNDN);
  }
  ~Wide() { mpfr_clear(v); }
  Wide(const Wide&) = delete;
  Wide& operator=(const Wide&) = delete;
  mpfr_t v;
};

/// Of a normal result.
double nearest(DType format, mpfr_srcptr x) {
  mpfr_t r;
  mpfr_init2(r, rope::format(format).precision);
  mpfr_set(r, x, MPFR_RNDN);
  const double out = mpfr_get_d(r, MPFR_RNDN);
  mpfr_clear(r);
  return out;
}

/// |got - x| in ulp of the format.
double ulp_off(DType format, double got, mpfr_srcptr x) {
  mpfr_t r;
  mpfr_init2(r, 300);
  mpfr_sub_d(r, x, got, MPFR_RNDN);
  const double off = std::fabs(mpfr_get_d(r, MPFR_RNDN)) / ulp(format, mpfr_get_d(x, MPFR_RNDZ));
  mpfr_clear(r);
  return off;
}

struct Draw {
  DType format;
  std::mt19937_64 bits{17};
  double uniform(double low, double high) {
    return round_to(format, low + (high - low) * std::ldexp(static_cast<double>(bits() >> 11), -53));
  }
};

class Functions : public testing::TestWithParam<DType> {};

TEST_P(Functions, AreCorrectlyRoundedOrWithinTheirLibrarysError) {
  const DType format = GetParam();
  Draw draw{format};
  constexpr auto cr = Library::correctly_rounded;
  constexpr auto libc = Library::glibc;
  double worst_pow = 0, worst_exp = 0, worst_exp2 = 0, worst_log = 0, worst_log2 = 0, worst_trig = 0;
  for (int n = 0; n < 20000; ++n) {
    const double base = draw.uniform(100, 1e7), x = draw.uniform(-1, 1), angle = draw.uniform(-2e5, 2e5);
    Wide b(base), e(x), a(angle), r(0);
    mpfr_pow(r.v, b.v, e.v, MPFR_RNDN);
    EXPECT_EQ(power(cr, format, base, x), nearest(format, r.v)) << base << "^" << x;
    worst_pow = std::max(worst_pow, ulp_off(format, power(libc, format, base, x), r.v));
    mpfr_exp(r.v, e.v, MPFR_RNDN);
    EXPECT_EQ(exponential(cr, format, x), nearest(format, r.v)) << x;
    worst_exp = std::max(worst_exp, ulp_off(format, exponential(libc, format, x), r.v));
    mpfr_exp2(r.v, e.v, MPFR_RNDN);
    EXPECT_EQ(exponential2(cr, format, x), nearest(format, r.v)) << x;
    worst_exp2 = std::max(worst_exp2, ulp_off(format, exponential2(libc, format, x), r.v));
    mpfr_log(r.v, b.v, MPFR_RNDN);
    EXPECT_EQ(logarithm(cr, format, base), nearest(format, r.v)) << base;
    worst_log = std::max(worst_log, ulp_off(format, logarithm(libc, format, base), r.v));
    mpfr_log2(r.v, b.v, MPFR_RNDN);
    EXPECT_EQ(logarithm2(cr, format, base), nearest(format, r.v)) << base;
    worst_log2 = std::max(worst_log2, ulp_off(format, logarithm2(libc, format, base), r.v));
    const CosSin exact = cos_sin(cr, format, angle), library = cos_sin(libc, format, angle);
    mpfr_cos(r.v, a.v, MPFR_RNDN);
    EXPECT_EQ(exact.cos, nearest(format, r.v)) << angle;
    worst_trig = std::max(worst_trig, ulp_off(format, library.cos, r.v));
    mpfr_sin(r.v, a.v, MPFR_RNDN);
    EXPECT_EQ(exact.sin, nearest(format, r.v)) << angle;
    worst_trig = std::max(worst_trig, ulp_off(format, library.sin, r.v));
  }
  if (!has_glibc()) return;
  const auto within = [&](double worst, Function function) {
    EXPECT_LE(worst, library_ulp(libc, function, format)) << static_cast<int>(function);
    EXPECT_GT(worst, 0.49);
  };
  within(worst_pow, Function::pow);
  within(worst_exp, Function::exp);
  within(worst_exp2, Function::exp2);
  within(worst_log, Function::log);
  within(worst_log2, Function::log2);
  within(worst_trig, Function::cos_sin);
}

INSTANTIATE_TEST_SUITE_P(Formats, Functions, testing::Values(DType::f64, DType::f32),
                         [](const auto& one) { return std::string(name(one.param)); });

TEST(CosSin, OfZeroAndOfWhatIsNoAngle) {
  for (const Library library : {Library::correctly_rounded, Library::glibc}) {
    const CosSin zero = cos_sin(library, DType::f32, -0.0);
    EXPECT_EQ(zero.cos, 1);
    EXPECT_TRUE(zero.sin == 0 && std::signbit(zero.sin));
    EXPECT_TRUE(std::isnan(cos_sin(library, DType::f32, HUGE_VAL).cos));
    EXPECT_TRUE(std::isnan(cos_sin(library, DType::f32, HUGE_VAL).sin));
  }
}

TEST(CosSin, OfBinary64AnglesGoStraightToTheFormat) {
  // cos of this angle lies between a number of fp32 and a midpoint that binary64 rounds it to; hard cases by search.
  std::mt19937_64 bits(23);
  int seen = 0;
  for (int n = 0; n < 200000 && seen == 0; ++n) {
    const double angle = std::ldexp(static_cast<double>(bits() >> 11), -50);
    const double twice = round_to(DType::bf16, round_to(DType::f32, std::cos(angle)));
    seen += cos_sin(Library::correctly_rounded, DType::bf16, angle).cos != twice ? 1 : 0;
  }
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(cos_sin(Library::correctly_rounded, DType::f16, 0x1p-20).sin, 0x1p-20) << "a subnormal number";
}

}  // namespace
}  // namespace rope::pipeline
