// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The same values from two precisions: Ziv's loop begun at its second step answers with the bits of the first.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "reference/exact.hpp"
#include "reference/precision.hpp"

namespace rope {
namespace {

std::vector<Spec> specs() {
  std::vector<Spec> out;
  const auto add = [&out](int d, double theta, double attention_factor, Family family) {
    Spec spec;
    spec.head_dim = spec.rotary_dim = d;
    spec.theta = theta;
    spec.family = family;
    spec.attention_factor = attention_factor;
    spec.max_position = 131072;
    out.push_back(spec);
  };
  add(128, 1e4, 1, DefaultFamily{});
  add(80, 500000.1, 1.2, DefaultFamily{});
  add(64, 65536, 0.75, DefaultFamily{});  // powers of two among inv_freq
  add(96, 8, 1, DefaultFamily{});
  add(128, 5e5, 1, Llama3Family{8, 1, 4, 8192});
  add(64, 5e5, 1.2, Llama3Family{32, 1, 4, 8192});
  return out;
}

void expect_same_bits(double a, double b) {
  EXPECT_EQ(std::bit_cast<std::uint64_t>(a), std::bit_cast<std::uint64_t>(b));
}

void expect_same_bits(const DoubleDouble& a, const DoubleDouble& b) {
  expect_same_bits(a.hi, b.hi);
  expect_same_bits(a.lo, b.lo);
}

void expect_same_bits(const ExactValue& a, const ExactValue& b) {
  expect_same_bits(a.value, b.value);
  EXPECT_EQ(a.bits, b.bits);
}

std::int64_t random_position(std::mt19937_64& random) {
  const auto p = static_cast<std::int64_t>(random() >> 24 >> (random() % 40));
  return random() % 4 == 0 ? -p : p;
}

TEST(ZivStart, SecondAgreesWithFirstOnEveryPath) {
  std::mt19937_64 random(5);
  const auto element = [&random] { return std::ldexp(static_cast<double>(random() >> 11), -53) - 0.5; };
  for (const Spec& spec : specs()) {
    const Exact first(spec, ZivStart::first);
    const Exact second(spec, ZivStart::second);
    std::vector<double> q, k;
    for (int pair = 0; pair < spec.pairs(); ++pair) {
      SCOPED_TRACE(testing::Message() << "d " << spec.rotary_dim << " theta " << spec.theta << " pair " << pair);
      expect_same_bits(first.inv_freq(pair), second.inv_freq(pair));
      for (int i = 0; i < 40; ++i) {
        const std::int64_t p = i == 0 ? 0 : random_position(random);
        SCOPED_TRACE(testing::Message() << "position " << p);
        const Exact::At a = first.at(p, pair);
        const Exact::At b = second.at(p, pair);
        expect_same_bits(a.trig().cos, b.trig().cos);
        expect_same_bits(a.trig().sin, b.trig().sin);
        for (const DType dtype : tensor_dtypes) {
          const double x0 = element(), x1 = element();
          const Direction direction = i % 2 == 0 ? Direction::forward : Direction::backward;
          const auto y = a.rotate(dtype, x0, x1, direction);
          const auto z = b.rotate(dtype, x0, x1, direction);
          for (std::size_t e = 0; e < 2; ++e) {
            expect_same_bits(y[e].value, z[e].value);
            EXPECT_EQ(y[e].bits, z[e].bits);
          }
        }
      }
      for (int e = 0; e < 2; ++e) {
        q.push_back(element());
        k.push_back(element());
      }
    }
    for (int i = 0; i < 20; ++i) {
      const std::int64_t m = random_position(random);
      const std::int64_t n = random_position(random);
      expect_same_bits(first.inner_product(m, q, n, k), second.inner_product(m, q, n, k));
    }
  }
}

TEST(ZivStart, SecondLeavesOutTheFirstPrecision) {
  const auto precision = []<class Real>() { return std::optional(precision_bits<Real>); };
  const auto what = [] { return std::string("a number"); };
  EXPECT_EQ(resolve(precision, what, ziv_precision_cap(), ZivStart::first), precision_bits<Real191>);
  EXPECT_EQ(resolve(precision, what, ziv_precision_cap(), ZivStart::second), precision_bits<Real254>);
}

}  // namespace
}  // namespace rope
