// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The search for hard cases against a plain loop over Exact: every family, factor and dtype, whole lists in order.
#include "reference/certified/hard_cases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>

#include "reference/certified/test_specs.hpp"

namespace rope {
namespace {

using testing_certified::Named;
using testing_certified::specs;

/// Distance by another way than the search's: from the two neighbours that Exact's own rounding names. The nearer one
/// is the rounding, so the distance to the middle is 1/2 ulp less the error of the rounding.
double distance(DType dtype, const ExactValue& exact, bool& in_range) {
  const double rounded = to_double(dtype, exact.bits[tensor_index(dtype)]);
  const double largest = to_double(dtype, dtype == DType::f32 ? 0x7F7FFFFFU : dtype == DType::f16 ? 0x7BFFU : 0x7F7FU);
  in_range = std::abs(exact.value.hi) < largest + ulp(dtype, largest);
  if (!in_range) return 0;
  const double away = exact.value.hi > 0 ? HUGE_VAL : -HUGE_VAL;
  const bool beyond = ((exact.value.hi - rounded) + exact.value.lo > 0) == (exact.value.hi > 0);
  // The spacing on the side of the rounding on which the value lies.
  const double unit = std::isinf(rounded) ? ulp(dtype, largest)
                      : beyond            ? ulp(dtype, std::nextafter(rounded, away))
                                          : ulp(dtype, rounded == 0 ? 0 : std::nextafter(rounded, 0.0));
  const double from = std::isinf(rounded) ? std::copysign(largest + unit, rounded) : rounded;
  return 0.5 - std::abs((exact.value.hi - from) + exact.value.lo) / unit;
}

std::vector<HardCase> brute_force(const CertifiedTable& table, DType dtype) {
  std::vector<HardCase> cases;
  for (std::int64_t p = table.first(); p < table.first() + table.count(); ++p) {
    for (int i = 0; i < table.spec().pairs(); ++i) {
      if (p == 0 || table.exact().inv_freq(i).hi == 0) continue;
      const Exact::Trig trig = table.exact().trig(p, i);
      for (const bool sine : {false, true}) {
        const ExactValue& exact = sine ? trig.sin : trig.cos;
        bool in_range = false;
        const double d = distance(dtype, exact, in_range);
        if (in_range) cases.push_back({p, i, sine, d, exact.bits[tensor_index(dtype)]});
      }
    }
  }
  std::stable_sort(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return a.distance < b.distance; });
  return cases;
}

void expect_the_first_of(const std::vector<HardCase>& got, const std::vector<HardCase>& all, std::size_t count) {
  ASSERT_EQ(got.size(), std::min(count, all.size()));
  for (std::size_t k = 0; k < got.size(); ++k) {
    // The loop's own rounding: a difference from 1/2, of numbers below 1/2.
    ASSERT_NEAR(got[k].distance, all[k].distance, 0x1p-52) << k;
  }
  for (const HardCase& one : got) {
    const auto same = [&](const HardCase& other) {
      return other.position == one.position && other.pair == one.pair && other.sine == one.sine;
    };
    const auto found = std::find_if(all.begin(), all.end(), same);
    ASSERT_NE(found, all.end());
    EXPECT_NEAR(found->distance, one.distance, 0x1p-52);
    EXPECT_EQ(found->bits, one.bits);
  }
  for (std::size_t k = 1; k < got.size(); ++k) {
    const auto key = [](const HardCase& c) { return std::tuple{c.distance, c.position, c.pair, c.sine}; };
    EXPECT_LT(key(got[k - 1]), key(got[k])) << k;
  }
}

class EverySpec : public testing::TestWithParam<Named> {};

TEST_P(EverySpec, GivesTheHeadOfABruteForceList) {
  for (const std::int64_t first : {std::int64_t{-60}, std::int64_t{100'000}}) {
    const CertifiedTable table(GetParam().spec, first, 200);
    for (const DType dtype : tensor_dtypes) {
      SCOPED_TRACE(testing::Message() << first << " " << name(dtype));
      const std::vector<HardCase> all = brute_force(table, dtype);
      for (const std::size_t count : {std::size_t{1}, std::size_t{8}, std::size_t{100}}) {
        expect_the_first_of(hardest(table, dtype, count, 1), all, count);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(HardCases, EverySpec, testing::ValuesIn(specs()),
                         [](const auto& named) { return named.param.name; });

// More than there are: the window grows to everything, and the whole list comes back.
TEST(HardCases, AreAllWhereTheTableHasFewer) {
  for (const Spec& spec : {spec_of(4, 1e4), spec_of(6, 0, GivenFamily{{1, 0, 0.25}}, 1.9)}) {
    const CertifiedTable table(spec, -3, 30);
    for (const DType dtype : tensor_dtypes) {
      const std::vector<HardCase> all = brute_force(table, dtype);
      EXPECT_EQ(all.size(), 29U * 2 * 2);
      expect_the_first_of(hardest(table, dtype, 1000, 1), all, 1000);
    }
  }
}

void expect_heads(const Spec& spec, std::int64_t rows, const std::vector<std::size_t>& counts) {
  const CertifiedTable table(spec, 1, rows);
  for (const DType dtype : tensor_dtypes) {
    SCOPED_TRACE(name(dtype));
    const std::vector<HardCase> all = brute_force(table, dtype);
    for (const std::size_t count : counts) expect_the_first_of(hardest(table, dtype, count, 1), all, count);
  }
}

// Distances that are anything but evenly spread, so that the first windows have too few values, or enough that are not
// the nearest. cos close to 1 has nothing near a midpoint, up to cos whose binary64 is 1 and lies above it.
TEST(HardCases, AreFoundByWideningTheWindow) {
  expect_heads(spec_of(2, 0, GivenFamily{{1e-7}}), 300, {1, 2, 20, 400});
  expect_heads(spec_of(4, 0, GivenFamily{{1e-10, 1e-8}}), 300, {1, 20, 1200});
  // Sines that underflow in fp16 are open in any window, and 1/2 ulp from a midpoint; there are 31 for each other.
  std::vector<double> frequencies(32, 1e-25);
  frequencies[0] = 1;
  expect_heads(spec_of(64, 0, GivenFamily{frequencies}), 100, {8});
  // All cos are 0.1 to 0.3 ulp from a midpoint, and none is nearer.
  expect_heads(spec_of(2, 0, GivenFamily{{1e-12}}, 1.2), 3000, {20});
}

// |v| >= 65536 rounds to infinity in fp16 whatever happens near it.
TEST(HardCases, LeaveOutWhatIsTooLarge) {
  for (const double factor : {65536.0, 66000.0, 1e5, 1e7}) {
    const Spec spec = spec_of(32, 1e4, DefaultFamily{}, factor);
    expect_heads(spec, 100, {1, 8, 4000});
    const CertifiedTable table(spec, 1, 100);
    for (const HardCase& one : hardest(table, DType::f16, 4000, 1)) {
      const auto trig = table.exact().trig(one.position, one.pair);
      EXPECT_LT(std::abs((one.sine ? trig.sin : trig.cos).value.hi), 65536);
    }
  }
}

TEST(HardCases, AreTheSameWithAnyNumberOfThreads) {
  // Equal frequencies and both signs of the position: every distance of a cos stands four times.
  const CertifiedTable table(spec_of(8, 0, GivenFamily{{0.37, 0.37, 1, 2}}), -40'000, 80'001);
  for (const DType dtype : tensor_dtypes) {
    const std::vector<HardCase> one = hardest(table, dtype, 50, 1);
    EXPECT_EQ(one.size(), 50U);
    EXPECT_EQ(hardest(table, dtype, 50, 2), one);
    EXPECT_EQ(hardest(table, dtype, 50, 7), one);
  }
}

TEST(HardCases, OfARangeAreThoseOfItsOnlyTable) {
  const Spec spec = spec_of(64, 1e4);
  std::vector<std::int64_t> seen;
  const auto got = hardest(spec, 5000, DType::bf16, 12, 2, [&](std::int64_t done, std::int64_t all) {
    seen.push_back(done);
    EXPECT_EQ(all, 5000);
  });
  EXPECT_EQ(got, hardest(CertifiedTable(spec, 0, 5000), DType::bf16, 12, 1));
  EXPECT_THAT(seen, testing::ElementsAre(5000));
}

// Two frequencies are enough for tables of 2^24 to be searched in a moment: the second table has its say, too.
TEST(HardCases, OfALongRangeAreTheNearestOfAllItsTables) {
  const Spec spec = spec_of(2, 1e4);
  constexpr std::int64_t more = 1 << 18;
  const auto both = hardest(spec, CertifiedTable::longest + more, DType::f32, 300, 2);
  auto parts = hardest(CertifiedTable(spec, 0, CertifiedTable::longest), DType::f32, 300, 2);
  const auto second = hardest(CertifiedTable(spec, CertifiedTable::longest, more), DType::f32, 300, 2);
  parts.insert(parts.end(), second.begin(), second.end());
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.distance < b.distance; });
  parts.resize(300);
  EXPECT_EQ(both, parts);
  EXPECT_TRUE(
      std::any_of(both.begin(), both.end(), [](const HardCase& c) { return c.position >= CertifiedTable::longest; }));
}

TEST(HardCases, RefuseRequestsThatMeanNothing) {
  const CertifiedTable table(spec_of(4, 1e4), 0, 10);
  EXPECT_THROW(hardest(table, DType::f64, 1, 1), std::invalid_argument);
  EXPECT_THROW(hardest(table, DType::f32, 0, 1), std::invalid_argument);
  EXPECT_THROW(hardest(table, DType::f32, 1, 0), std::invalid_argument);
  EXPECT_THROW(hardest(spec_of(4, 1e4), 0, DType::f32, 1, 1), std::invalid_argument);
  EXPECT_THROW(hardest(spec_of(3, 1e4), 10, DType::f32, 1, 1), std::invalid_argument);
}

}  // namespace
}  // namespace rope
