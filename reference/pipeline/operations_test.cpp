// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every operation against MPFR, which computes exactly at a precision that holds the result and rounds it once.
#include "reference/pipeline/operations.hpp"

#include <gtest/gtest.h>
#include <mpfr.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "reference/encoding.hpp"

namespace rope::pipeline {
namespace {

/// Exact by MPFR at 2200 bits (a product of any two binary64 numbers has 106, a sum 2100), then the integer rounding of
/// the library, which has tests of its own.
class Exactly {
 public:
  Exactly() { mpfr_inits2(2200, a_, b_, c_, r_, static_cast<mpfr_ptr>(nullptr)); }
  ~Exactly() { mpfr_clears(a_, b_, c_, r_, static_cast<mpfr_ptr>(nullptr)); }
  Exactly(const Exactly&) = delete;
  Exactly& operator=(const Exactly&) = delete;

  double product(DType format, double a, double b) {
    set(a, b, 0);
    mpfr_mul(r_, a_, b_, MPFR_RNDN);
    return rounded(format);
  }
  double product(DType format, std::int64_t a, double b) {
    set(0, b, 0);
    mpfr_set_si(a_, static_cast<long>(a), MPFR_RNDN);
    mpfr_mul(r_, a_, b_, MPFR_RNDN);
    return rounded(format);
  }
  double sum(DType format, double a, double b) {
    set(a, b, 0);
    mpfr_add(r_, a_, b_, MPFR_RNDN);
    return rounded(format);
  }
  double fused(DType format, double a, double b, double c) {
    set(a, b, c);
    mpfr_fma(r_, a_, b_, c_, MPFR_RNDN);
    return rounded(format);
  }
  double quotient(DType format, double a, double b) {
    set(a, b, 0);
    cut_ = mpfr_div(r_, a_, b_, MPFR_RNDZ) != 0;
    return rounded(format);
  }

 private:
  void set(double a, double b, double c) {
    mpfr_set_d(a_, a, MPFR_RNDN);
    mpfr_set_d(b_, b, MPFR_RNDN);
    mpfr_set_d(c_, c, MPFR_RNDN);
    cut_ = false;
  }
  double rounded(DType format) {
    if (mpfr_zero_p(r_) != 0) return mpfr_signbit(r_) != 0 ? -0.0 : 0.0;
    mpfr_t leading;
    mpfr_init2(leading, 64);
    const bool more = mpfr_set(leading, r_, MPFR_RNDZ) != 0 || cut_;
    const mpfr_exp_t exponent = mpfr_get_exp(leading);
    mpfr_set_exp(leading, 64);
    const std::uint64_t bits = mpfr_get_uj(absolute(leading), MPFR_RNDZ);
    const Leading64 value{mpfr_signbit(r_) != 0, exponent, bits, more};
    mpfr_clear(leading);
    return to_double(format, encode(format, value));
  }
  static mpfr_srcptr absolute(mpfr_ptr x) {
    mpfr_abs(x, x, MPFR_RNDN);
    return x;
  }
  mpfr_t a_, b_, c_, r_;
  bool cut_ = false;
};

void expect_same(double got, double want) {
  EXPECT_EQ(std::bit_cast<std::uint64_t>(got), std::bit_cast<std::uint64_t>(want)) << got << " and " << want;
}

/// A finite number of the format, of any magnitude, or near `near`.
class Numbers {
 public:
  explicit Numbers(DType format) : format_(format) {}
  double any() {
    for (;;) {
      const std::uint64_t bits = random_() >> (64 - 8 * format(format_).bytes);
      const double x = to_double(format_, bits);
      if (std::isfinite(x)) return x;
    }
  }
  double near(double x) {
    const double y = round_to(format_, x * (1 + std::ldexp(static_cast<double>(random_() % 64) - 32, -12)));
    return random_() % 2 == 0 ? y : -y;
  }
  double one_to_two() { return round_to(format_, 1 + std::ldexp(static_cast<double>(random_() >> 11), -53)); }

 private:
  DType format_;
  std::mt19937_64 random_{3};
  static constexpr Format format(DType dtype) { return rope::format(dtype); }
};

class Operations : public testing::TestWithParam<DType> {};

TEST_P(Operations, RoundTheExactResultOnce) {
  const DType format = GetParam();
  Exactly exactly;
  Numbers numbers(format);
  for (int n = 0; n < 20000; ++n) {
    const double a = n % 2 == 0 ? numbers.any() : numbers.one_to_two();
    const double b = n % 3 == 0 ? numbers.near(a) : n % 3 == 1 ? numbers.any() : numbers.one_to_two();
    const double c = n % 5 == 0 ? numbers.near(round_to(format, a * b)) : numbers.any();
    expect_same(product(format, a, b), exactly.product(format, a, b));
    if (a != -b) expect_same(sum(format, a, b), exactly.sum(format, a, b));
    if (std::isfinite(c) && a * b != -c) expect_same(fused(format, a, b, c), exactly.fused(format, a, b, c));
    if (b != 0 && a != 0) expect_same(quotient(format, a, b), exactly.quotient(format, a, b));
  }
}

TEST_P(Operations, OfWiderFactorsRoundOnceToo) {
  const DType format = GetParam();
  if (format == DType::f64) return;
  Exactly exactly;
  std::mt19937_64 random(4);
  for (int n = 0; n < 20000; ++n) {
    const double f = std::ldexp(1 + std::ldexp(static_cast<double>(random() >> 11), -53), -static_cast<int>(n % 24));
    const double g = 1 + std::ldexp(static_cast<double>(random() >> 11), -53);
    const auto p = static_cast<std::int64_t>(random()) >> (4 + n % 50);
    expect_same(product(format, f, g), exactly.product(format, f, g));
    expect_same(product(format, p, f), exactly.product(format, p, f));
    expect_same(from_integer(format, p), exactly.product(format, p, 1.0));
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Operations, testing::Values(DType::f64, DType::f32, DType::f16, DType::bf16),
                         [](const auto& one) { return std::string(name(one.param)); });

TEST(Operations, RoundOnceWhereTwoRoundingsDiffer) {
  // Halfway or nearly so; binary64 alone would not hold the difference.
  const double half = 1 + 0x1p-11;
  EXPECT_EQ(sum(DType::f16, half, 0x1p-24), 1 + 0x1p-10) << "operands wider than the format count too";
  EXPECT_EQ(fused(DType::bf16, 1 + 0x1p-7, 1 + 0x1p-7, 0x1p-60), round_to(DType::bf16, 1 + 0x1p-6 + 0x1p-14));
  EXPECT_EQ(fused(DType::bf16, 1, 1 + 0x1p-7, 0x1p-8 + 0x1p-15), 1 + 0x1p-6);
  EXPECT_EQ(fused(DType::f16, 0x1.004p0, 0x1p0, 0x1p-11), 0x1.008p0) << "tie to even";
  EXPECT_EQ(fused(DType::f16, 0x1.004p0, 0x1p0, 0x1.004p-11), 0x1.008p0);
  EXPECT_EQ(fused(DType::bf16, 0x1p0, 0x1p0, 0x1p-8), 1) << "tie to even";
  EXPECT_EQ(sum(DType::bf16, 1 + 0x1p-8, 0x1p-120), 1 + 0x1p-7) << "far below binary64's last bit, and above the tie";
  EXPECT_EQ(sum(DType::bf16, 1 + 0x1p-8, -0x1p-120), 1);
}

TEST(Rounding, TowardsZeroAndAwayFromTies) {
  EXPECT_EQ(truncated(DType::bf16, 1 + 0x1.fp-8), 1);
  EXPECT_EQ(truncated(DType::bf16, -1 - 0x1.fp-8), -1);
  EXPECT_EQ(truncated(DType::f16, 1e9), 65504) << "the largest number";
  EXPECT_EQ(truncated(DType::f16, -1e9), -65504);
  EXPECT_EQ(truncated(DType::f16, 0x1.8p-24), 0x1p-24);
  expect_same(truncated(DType::f16, -0x1p-25), -0.0);
  EXPECT_EQ(rounded_away(DType::bf16, 1 + 0x1p-8), 1 + 0x1p-7) << "a tie";
  EXPECT_EQ(rounded_away(DType::bf16, -1 - 0x1p-8), -1 - 0x1p-7);
  EXPECT_EQ(rounded_away(DType::bf16, 1 + 0x1.fffp-9), 1);
  EXPECT_EQ(rounded_away(DType::f16, 0x1p-25), 0x1p-24);
  EXPECT_EQ(rounded_away(DType::f16, 65519), 65504);
  EXPECT_EQ(rounded_away(DType::f16, -65520), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(rounded(DType::bf16, 1 + 0x1p-8, Rounding::nearest), 1);
  EXPECT_THROW(rounded(DType::bf16, 1, Rounding::stochastic), std::invalid_argument);
  // On everything but ties, away is nearest.
  std::mt19937_64 random(9);
  for (int n = 0; n < 20000; ++n) {
    const double x = std::ldexp(static_cast<double>(random()) - 0x1p63, -63 - n % 20) * (1 + 0x1p-40);
    EXPECT_EQ(rounded_away(DType::f16, x), round_to(DType::f16, x)) << x;
    EXPECT_LE(std::fabs(truncated(DType::f16, x)), std::fabs(x));
    EXPECT_LT(std::fabs(x) - std::fabs(truncated(DType::f16, x)), ulp(DType::f16, x));
  }
}

TEST(Flushing, KeepsSignsAndNormalNumbers) {
  expect_same(flushed(DType::f32, -0x1.fffp-127), -0.0);
  expect_same(flushed(DType::f32, 0x1p-126), 0x1p-126);
  expect_same(flushed(DType::f16, 0x1p-15), 0.0);
  EXPECT_TRUE(std::isnan(flushed(DType::f16, std::nan(""))));
}

}  // namespace
}  // namespace rope::pipeline
