// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rounding a ball: against MPFR's own emulation of the formats, at ties and one bit beside them, and with no answer
// where none is certain.
#include "reference/rounding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "reference/direct_mpfr.hpp"

namespace rope {
namespace {

constexpr std::array all_dtypes{DType::f64, DType::f32, DType::f16, DType::bf16};

TEST(Encode, AgreesWithMpfrsEmulationOfTheFormats) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 200'000; ++i) {
    const DType dtype = all_dtypes[static_cast<std::size_t>(i % 4)];
    const Format f = format(dtype);
    const int lowest = f.min_exponent - f.precision - 3, highest = f.max_exponent + 3;
    // A few leading bits, then zeros: ties are common. Half of them get one bit 500 places down, to either side.
    direct::Number x(static_cast<double>(random() >> (64 - f.precision - 2)));
    const long shift = lowest + static_cast<long>(random() % static_cast<unsigned>(highest - lowest)) - f.precision;
    mpfr_mul_2si(x.get(), x.get(), shift, MPFR_RNDN);
    if (random() % 2 == 0) x = x + direct::Number(random() % 2 == 0 ? 1L : -1L) * x * direct::power_of_two(-500);
    if (random() % 2 == 0) x = direct::Number(0L) - x;
    const double expected = direct::round_to(dtype, x);
    const double got = to_double(dtype, encode(dtype, leading64(x.get())));
    ASSERT_EQ(got, expected) << name(dtype);
    ASSERT_EQ(std::signbit(got), std::signbit(expected)) << name(dtype);
  }
}

TEST(Leading64, ReadsEveryPrecision) {
  mpfr_t x;
  for (const int precision : {53, 64, 65, 128, 191, 254, 1021}) {
    mpfr_init2(x, precision);
    mpfr_set_d(x, -0.75, MPFR_RNDN);
    Leading64 r = leading64(x);
    EXPECT_TRUE(r.negative);
    EXPECT_EQ(r.exponent, 0);
    EXPECT_EQ(r.leading, std::uint64_t{3} << 62);
    EXPECT_FALSE(r.tail);
    mpfr_nextbelow(x);
    r = leading64(x);
    EXPECT_EQ(r.tail, precision > 64) << precision;
    EXPECT_EQ(r.leading, (std::uint64_t{3} << 62) + (precision > 64 ? 0 : std::uint64_t{1} << (64 - precision)));
    mpfr_set_nan(x);
    EXPECT_THROW(leading64(x), std::logic_error);
    mpfr_clear(x);
  }
}

Ball<Real191> around(double middle, RadiusExponent radius) {
  Ball<Real191> b = exact_ball<Real191>(middle);
  b.radius = radius;
  return b;
}

TEST(Ends, AnswerOnlyWhereTheWholeBallRoundsAlike) {
  const double tie = 1 + 0x1p-24;  // fp32 midpoint; far from one in fp64
  EXPECT_EQ(Ends(around(tie, exact)).bits(DType::f32), 0x3F800000U);
  EXPECT_EQ(Ends(around(tie, -150)).bits(DType::f32), std::nullopt);
  EXPECT_EQ(Ends(around(tie, -150)).bits(DType::f64), std::bit_cast<std::uint64_t>(tie));
  EXPECT_EQ(Ends(around(tie, -150)).bits(DType::bf16), 0x3F80U);
  const double above = tie + 0x1p-50;
  EXPECT_EQ(Ends(around(above, -51)).bits(DType::f32), 0x3F800001U);
  EXPECT_EQ(Ends(around(above, -49)).bits(DType::f32), std::nullopt);
  // A number of the format itself is no obstacle.
  EXPECT_EQ(Ends(around(1, -26)).bits(DType::f32), 0x3F800000U);
  EXPECT_EQ(Ends(around(1, -25)).bits(DType::f32), 0x3F800000U);  // the lower end is the tie 1 - 2^-25: to even, 1
  EXPECT_EQ(Ends(around(1, -24)).bits(DType::f32), std::nullopt);
}

TEST(Ends, SeeASignThatIsNotCertain) {
  EXPECT_EQ(Ends(around(0x1p-100, -101)).bits(DType::f16), 0U);
  EXPECT_EQ(Ends(around(-0x1p-100, -101)).bits(DType::f16), 0x8000U);
  EXPECT_EQ(Ends(around(0x1p-100, -99)).bits(DType::f16), std::nullopt);  // +0 or -0
}

TEST(Ends, KnowOverflow) {
  EXPECT_EQ(Ends(around(65520, exact)).bits(DType::f16), 0x7C00U);
  EXPECT_EQ(Ends(around(65520, -10)).bits(DType::f16), std::nullopt);
  EXPECT_EQ(Ends(around(65519, -10)).bits(DType::f16), 0x7BFFU);
  EXPECT_EQ(Ends(around(-1e300, 100)).bits(DType::f32), 0xFF800000U);
}

struct Recorder {
  std::vector<int>& tried;
  int answers_at;
  template <class Real>
  std::optional<int> operator()() const {
    tried.push_back(precision_bits<Real>);
    if (precision_bits<Real> < answers_at) return std::nullopt;
    return precision_bits<Real>;
  }
};

TEST(Resolve, TakesTheFirstPrecisionThatAnswers) {
  std::vector<int> tried;
  EXPECT_EQ(resolve(
                Recorder{tried, 500}, [] { return std::string("x"); }, 1021),
            510);
  EXPECT_THAT(tried, testing::ElementsAre(191, 254, 510));
}

TEST(Resolve, PastTheCapIsUnresolvedAndNeverAGuess) {
  for (const int cap : {191, 254, 510, 1021}) {
    std::vector<int> tried;
    try {
      resolve(
          Recorder{tried, cap + 1}, [] { return std::string("the value"); }, cap);
      ADD_FAILURE() << "expected Unresolved";
    } catch (const Unresolved& e) {
      EXPECT_THAT(e.what(), testing::AllOf(testing::HasSubstr("the value"), testing::HasSubstr(std::to_string(cap))));
    }
    EXPECT_EQ(tried.back(), cap);
  }
}

template <class Real>
void expect_precision(long bits) {
  const Real none, result = pow(Real(3), Real(0.5));
  const Ball<Real> ball = exact_ball<Real>(2.0);
  EXPECT_EQ(mpfr_get_prec(raw(none)), bits);
  EXPECT_EQ(mpfr_get_prec(raw(result)), bits);
  EXPECT_EQ(mpfr_get_prec(raw(ball.middle)), bits);
}

TEST(Precision, IsWhatTheTypesReallyHave) {
  expect_precision<Real191>(191);
  expect_precision<Real254>(254);
  expect_precision<Real510>(510);
  expect_precision<Real1021>(1021);
}

}  // namespace
}  // namespace rope
