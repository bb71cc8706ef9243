// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// verify_f32 and verify_16 against a loop over cells that asks Exact for each, on right tables and on planted faults.
#include "reference/certified/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include "reference/certified/test_specs.hpp"

namespace rope {
namespace {

using testing_certified::specs;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A table as bits, of any tensor dtype.
struct Held {
  DType dtype;
  std::int64_t first;
  std::size_t rows, pairs;
  std::vector<std::uint32_t> cos, sin;

  std::size_t at(std::int64_t position, std::size_t pair) const {
    return static_cast<std::size_t>(position - first) * pairs + pair;
  }
};

Held right(const CertifiedTable& t, DType dtype) {
  Held h{dtype, t.first(), static_cast<std::size_t>(t.count()), t.pairs(), {}, {}};
  const std::size_t n = h.rows * h.pairs;
  if (dtype == DType::f32) {
    std::vector<float> c(n), s(n);
    t.round_f32(h.first, h.rows, c.data(), s.data());
    for (const float x : c) h.cos.push_back(std::bit_cast<std::uint32_t>(x));
    for (const float x : s) h.sin.push_back(std::bit_cast<std::uint32_t>(x));
  } else {
    std::vector<std::uint16_t> c(n), s(n);
    dtype == DType::f16 ? t.round_f16(h.first, h.rows, c.data(), s.data())
                        : t.round_bf16(h.first, h.rows, c.data(), s.data());
    h.cos.assign(c.begin(), c.end());
    h.sin.assign(s.begin(), s.end());
  }
  return h;
}

TableErrors verify(const CertifiedTable& t, const Held& h, std::span<const double> limits, std::size_t row = 0,
                   std::size_t rows = SIZE_MAX) {
  rows = std::min(rows, h.rows - row);
  const std::size_t begin = row * h.pairs, end = begin + rows * h.pairs;
  const std::int64_t from = h.first + static_cast<std::int64_t>(row);
  if (h.dtype == DType::f32) {
    std::vector<float> c, s;
    for (std::size_t k = begin; k < end; ++k) {
      c.push_back(std::bit_cast<float>(h.cos[k]));
      s.push_back(std::bit_cast<float>(h.sin[k]));
    }
    return verify_f32(t, from, rows, c.data(), s.data(), limits);
  }
  std::vector<std::uint16_t> c, s;
  for (std::size_t k = begin; k < end; ++k) {
    c.push_back(static_cast<std::uint16_t>(h.cos[k]));
    s.push_back(static_cast<std::uint16_t>(h.sin[k]));
  }
  return verify_16(t, h.dtype, from, rows, c.data(), s.data(), limits);
}

TableErrors brute_force(const Exact& exact, const Held& h, std::span<const double> limits) {
  TableErrors e;
  e.first_past.resize(limits.size());
  e.largest = -1;
  double sum = 0;
  for (std::size_t row = 0; row < h.rows; ++row) {
    const std::int64_t p = h.first + static_cast<std::int64_t>(row);
    for (std::size_t i = 0; i < h.pairs; ++i) {
      const auto trig = exact.trig(p, static_cast<int>(i));
      for (const bool sine : {false, true}) {
        const std::uint32_t got = (sine ? h.sin : h.cos)[row * h.pairs + i];
        const ExactValue& v = sine ? trig.sin : trig.cos;
        const double x = to_double(h.dtype, got);
        const double error = std::isfinite(x) ? std::fabs(difference(x, v.value)) : infinity;
        ++e.values;
        e.not_correctly_rounded += got != v.bits[tensor_index(h.dtype)] ? 1 : 0;
        sum += error;
        if (error > e.largest) {
          e.largest = error;
          e.largest_position = p;
          e.largest_pair = static_cast<int>(i);
        }
        for (std::size_t k = 0; k < limits.size(); ++k) {
          if (error > limits[k] && !e.first_past[k]) e.first_past[k] = p;
        }
      }
    }
  }
  e.mean = sum / static_cast<double>(e.values);
  return e;
}

/// The largest error at one position and pair.
double error_at(const Exact& exact, const Held& h, std::int64_t position, int pair) {
  const std::size_t at = h.at(position, static_cast<std::size_t>(pair));
  const auto trig = exact.trig(position, pair);
  double largest = 0;
  for (const auto& [bits, v] : {std::pair{h.cos[at], trig.cos.value}, {h.sin[at], trig.sin.value}}) {
    const double x = to_double(h.dtype, bits);
    largest = std::max(largest, std::isfinite(x) ? std::fabs(difference(x, v)) : infinity);
  }
  return largest;
}

void expect_same(const CertifiedTable& t, const Held& h, const TableErrors& got, const TableErrors& expected) {
  EXPECT_EQ(got.values, expected.values);
  EXPECT_EQ(got.not_correctly_rounded, expected.not_correctly_rounded);
  EXPECT_EQ(got.first_past, expected.first_past);
  if (std::isinf(expected.largest)) {
    EXPECT_EQ(got.largest, infinity);
    EXPECT_EQ(got.mean, infinity);
    EXPECT_EQ(got.largest_position, expected.largest_position);
    EXPECT_EQ(got.largest_pair, expected.largest_pair);
  } else {
    EXPECT_NEAR(got.largest, expected.largest, t.value_error());
    EXPECT_NEAR(got.mean, expected.mean, t.value_error() + expected.mean * 1e-12);
    // p and -p err alike: which of two errors this near is the larger, binary64 may say.
    const double there = error_at(t.exact(), h, got.largest_position, got.largest_pair);
    EXPECT_NEAR(there, expected.largest, 2 * t.value_error());
  }
}

class EverySpec : public testing::TestWithParam<testing_certified::Named> {};

TEST_P(EverySpec, AgreesWithALoopOverCells) {
  const Spec& spec = GetParam().spec;
  std::mt19937_64 random(41);
  const CertifiedTable table(spec, -30, 100);
  for (const DType dtype : tensor_dtypes) {
    const double unit = std::fmin(unit_roundoff(dtype) * spec.attention_factor, 1e300);
    // Rounded correctly, errors reach unit/2; the others meet limits within and beyond what is planted below.
    const std::vector<double> limits{unit / 3, unit * 0.49, unit, unit * 4, 1e38};
    Held held = right(table, dtype);
    const auto clean = verify(table, held, limits);
    EXPECT_EQ(clean.not_correctly_rounded, 0U);
    expect_same(table, held, clean, brute_force(table.exact(), held, limits));
    for (int k = 0; k < 40; ++k) {
      auto& cell = (k % 2 == 0 ? held.cos : held.sin)[random() % held.cos.size()];
      cell ^= k % 8 == 0 ? 6U : 1U;
    }
    expect_same(table, held, verify(table, held, limits), brute_force(table.exact(), held, limits));
  }
}

INSTANTIATE_TEST_SUITE_P(Certified, EverySpec, testing::ValuesIn(specs()),
                         [](const auto& named) { return named.param.name; });

TEST(Planted, OneWrongCellIsCountedAndPlaced) {
  const CertifiedTable table(spec_of(20, 1e4), -5, 700);
  for (const DType dtype : tensor_dtypes) {
    const Format f = format(dtype);
    const std::uint32_t inf = static_cast<std::uint32_t>(round_to_bits(dtype, infinity));
    const std::uint32_t sign = std::uint32_t{1} << (8 * f.bytes - 1);
    const Held clean = right(table, dtype);
    const std::vector<double> limits{unit_roundoff(dtype), 1e30, infinity};
    const auto plant = [&](std::int64_t position, std::size_t pair, bool sine, auto change) {
      Held h = clean;
      auto& cell = (sine ? h.sin : h.cos)[h.at(position, pair)];
      cell = change(cell);
      const auto e = verify(table, h, limits);
      EXPECT_EQ(e.not_correctly_rounded, 1U) << name(dtype) << " " << position;
      expect_same(table, h, e, brute_force(table.exact(), h, limits));
      return e;
    };
    const auto ulp_up = [](std::uint32_t x) { return x + 1; };
    plant(333, 4, true, ulp_up);
    plant(694, 9, false, ulp_up);
    plant(0, 3, false, ulp_up);
    plant(0, 3, true, [&](std::uint32_t) { return sign; });  // -0 for +0
    for (const std::uint32_t bad : {inf, inf | sign, inf + 1}) {
      for (const std::int64_t position : {-5, 0, 511}) {
        const auto e = plant(position, 7, true, [&](std::uint32_t) { return bad; });
        EXPECT_EQ(e.largest, infinity);
        EXPECT_EQ(e.largest_position, position);
        EXPECT_EQ(e.largest_pair, 7);
        EXPECT_THAT(e.first_past, testing::ElementsAre(position, position, std::nullopt));
      }
    }
  }
}

// binary64 cannot tell an error from a limit that is nearer to it than its own; double-double must.
TEST(FirstPast, IsDecidedWhereTheLimitAlmostEqualsAnError) {
  const CertifiedTable table(spec_of(8, 1e4), 1, 50);
  const Held held = right(table, DType::f32);
  for (const auto& [position, pair] : {std::pair<std::int64_t, std::size_t>{17, 1}, {40, 0}, {41, 2}}) {
    const auto v = table.exact().trig(position, static_cast<int>(pair)).sin;
    const double x = to_double(DType::f32, held.sin[held.at(position, pair)]);
    const double error = std::fabs(difference(x, v.value));  // within 2^-53 of itself
    for (const double limit : {error * (1 - 0x1p-50), error * (1 + 0x1p-50)}) {
      const std::vector<double> limits{limit};
      EXPECT_EQ(verify(table, held, limits).first_past, brute_force(table.exact(), held, limits).first_past);
      const auto row = static_cast<std::size_t>(position - 1);
      std::vector<float> c, s;
      for (std::size_t i = 0; i < 4; ++i) {  // this cell alone; the others without an error to speak of
        c.push_back(std::bit_cast<float>(held.cos[row * 4 + i]));
        s.push_back(std::bit_cast<float>(held.sin[row * 4 + i]));
      }
      bool others = false;
      for (std::size_t i = 0; i < 4; ++i) {
        const auto trig = table.exact().trig(position, static_cast<int>(i));
        others = others || std::fabs(difference(static_cast<double>(c[i]), trig.cos.value)) > limit;
        others = others || (i != pair && std::fabs(difference(static_cast<double>(s[i]), trig.sin.value)) > limit);
      }
      const auto e = verify_f32(table, position, 1, c.data(), s.data(), limits);
      EXPECT_EQ(e.first_past[0].has_value(), others || limit < error) << position;
    }
  }
}

TEST(Parts, AppendToTheWhole) {
  const CertifiedTable table(spec_of(16, 1e4, DefaultFamily{}, 1.4158883083359672), -2000, 5000);
  for (const DType dtype : tensor_dtypes) {
    Held held = right(table, dtype);
    for (std::size_t k = 9; k < held.cos.size(); k += 1237) held.cos[k] ^= 3;
    held.sin[held.at(1500, 2)] = held.sin[held.at(1500, 3)];
    held.sin[held.at(2500, 2)] = held.sin[held.at(2500, 3)];
    const std::vector<double> limits{0, 1e-9, unit_roundoff(dtype), unit_roundoff(dtype) * 3, 0.1, 9};
    const auto whole = verify(table, held, limits);
    for (const std::size_t cut : {1UL, 100UL, 999UL, 4096UL}) {
      TableErrors sum;
      for (std::size_t row = 0; row < held.rows; row += cut) sum.append(verify(table, held, limits, row, cut));
      EXPECT_EQ(sum.values, whole.values);
      EXPECT_EQ(sum.not_correctly_rounded, whole.not_correctly_rounded);
      EXPECT_EQ(sum.largest, whole.largest);
      EXPECT_EQ(sum.largest_position, whole.largest_position);
      EXPECT_EQ(sum.largest_pair, whole.largest_pair);
      EXPECT_EQ(sum.first_past, whole.first_past);
      EXPECT_NEAR(sum.mean, whole.mean, whole.mean * 1e-12);
    }
    for (const Isa isa : available_isas()) {
      const CertifiedTable other(table.spec(), table.first(), table.count(), isa);
      const auto e = verify(other, held, limits);
      EXPECT_EQ(e.not_correctly_rounded, whole.not_correctly_rounded) << name(isa);
      EXPECT_EQ(e.largest, whole.largest) << name(isa);
      EXPECT_EQ(e.mean, whole.mean) << name(isa);
      EXPECT_EQ(e.first_past, whole.first_past) << name(isa);
    }
  }
  TableErrors none;
  none.append(TableErrors{});
  EXPECT_EQ(none.values, 0U);
}

TEST(Arguments, OutsideTheDomainAreRefused) {
  const CertifiedTable table(spec_of(4, 1e4), 0, 4);
  const float f[8] = {};
  const std::uint16_t h[8] = {};
  EXPECT_THROW(verify_f32(table, 1, 4, f, f, {}), std::invalid_argument);
  EXPECT_THROW(verify_f32(table, -1, 1, f, f, {}), std::invalid_argument);
  EXPECT_THROW(verify_16(table, DType::f32, 0, 4, h, h, {}), std::invalid_argument);
  const std::vector<double> one{1}, two{1, 2};
  TableErrors a = verify_f32(table, 0, 2, f, f, one);
  EXPECT_THROW(a.append(verify_f32(table, 2, 2, f, f, two)), std::invalid_argument);
  EXPECT_EQ(verify_f32(table, 4, 0, f, f, one).values, 0U);
}

}  // namespace
}  // namespace rope
