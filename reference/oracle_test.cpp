// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Exact against Arb (arb_oracle.hpp): inv_freq, cos, sin, rotations and inner products over families, sizes, attention
// factors and positions. Every bit must agree, and the oracle must decide every value.
//
// A new family is covered by its overload in arb_oracle.hpp and a line in `settings` below.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "reference/arb_oracle.hpp"
#include "reference/exact.hpp"

namespace rope {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

// Under the sanitizers the arithmetic is the same and ten times slower: fewer points.
constexpr int random_points = sanitized ? 200 : 5000;
constexpr std::size_t inner_products = sanitized ? 2 : 20;
constexpr std::int64_t limit = std::int64_t{1} << 24;      // of the positions
constexpr std::int64_t far_limit = std::int64_t{1} << 40;  // of a few

struct Setting {
  std::string name;
  Spec spec;
  std::vector<std::pair<std::int64_t, int>> known = {};  // (position, pair) known to be hard
};

Setting make(std::string name, int d, double theta, double attention_factor, Family family = DefaultFamily{},
             std::vector<std::pair<std::int64_t, int>> known = {}) {
  Spec spec;
  spec.head_dim = d + 32;  // partial rotary: the exponent's denominator is rotary_dim
  spec.rotary_dim = d;
  spec.theta = theta;
  spec.family = std::move(family);
  spec.attention_factor = attention_factor;
  spec.max_position = 131072;
  return {std::move(name), spec, std::move(known)};
}

Setting given(std::string name, std::vector<double> inv_freq, double attention_factor) {
  Setting setting = make(std::move(name), 2 * static_cast<int>(inv_freq.size()), 0, attention_factor);
  setting.spec.family = GivenFamily{std::move(inv_freq)};
  return setting;
}

// The known pairs: values within 2^-31 ulp of a midpoint of fp32, or that binary64 arithmetic rounds wrongly to it.
std::vector<Setting> settings() {
  return {
      make("d32", 32, 1e4, 1),
      make("d32_factor_1_2", 32, 5e5, 1.2),
      make("d64", 64, 1e4, 1, DefaultFamily{}, {{536479, 28}, {5638343, 21}}),
      make("d64_factor_0_75", 64, 1e6, 0.75),
      make("d64_powers_of_two", 64, 65536, 1),  // every second inv_freq is a power of two
      make("d80", 80, 1e4, 1),
      make("d80_factor_1_2", 80, 1e4, 1.2),
      make("d96", 96, 1e4, 1),
      make("d96_factor_0_75", 96, 1e6, 0.75),
      make("d96_theta_needs_53_bits", 96, 500000.1, 1),
      make("d96_cubes", 96, 8, 1),  // 8^(-1/3) is a power of two behind an exponent that is not a binary number
      make("d128", 128, 1e4, 1, DefaultFamily{}, {{10461481, 26}}),
      make("d128_theta_5e5", 128, 5e5, 1, DefaultFamily{}, {{3681610, 18}}),
      make("d128_theta_1e6_factor_1_2", 128, 1e6, 1.2),
      make("d128_theta_1e7", 128, 1e7, 1, DefaultFamily{}, {{4877199, 41}}),
      make("llama3_8_d128", 128, 5e5, 1, Llama3Family{8, 1, 4, 8192}),
      make("llama3_32_d64", 64, 5e5, 1, Llama3Family{32, 1, 4, 8192}),
      make("llama3_8_d80_factor_1_2", 80, 5e5, 1.2, Llama3Family{8, 1, 4, 8192}),
      make("llama3_16_d96_factor_0_75", 96, 1e4, 0.75, Llama3Family{16.1, 1.3, 6.7, 4096}),
      make("dynamic_at_original_length", 128, 1e4, 1, DynamicNtkFamily{2, 4096, 4096}),
      make("dynamic_2_d128", 128, 1e4, 1, DynamicNtkFamily{2, 4096, 16384}),
      make("dynamic_d80_factor_1_2", 80, 5e5, 1.2, DynamicNtkFamily{3.7, 2048, 100001}),
      make("linear_8_d128", 128, 1e6, 1, LinearFamily{8}),
      make("linear_2_7_d80_factor_1_2", 80, 1e4, 1.2, LinearFamily{2.7}),
      make("ntk_3_7_d80", 80, 1e4, 1, NtkFamily{3.7}),
      make("ntk_fixed_8_d80", 80, 1e4, 1, NtkFixedFamily{8}),
      make("ntk_mixed_d128_factor_1_2", 128, 5e5, 1.2, NtkMixedFamily{3.7, 0.625}),
      make("length_scaled_d128", 128, 1e6, 1, LengthScaledFamily{32768, 100001}),
      make("yarn_gpt_oss", 64, 150000, 1.3465735902799727, YarnFamily{32, 32, 1, 4096, false}),
      make("yarn_deepseek_v3", 64, 1e4, 1, YarnFamily{40, 32, 1, 4096, true}),
      make("yarn_kimi_k2", 64, 5e4, 1, YarnFamily{32, 1, 1, 4096, true}),
      make("yarn_d80_odd_numbers", 80, 5e5, 1.2, YarnFamily{3.7, 31.5, 1.3, 5003, false}),
      make("longrope_d8", 8, 1e4, 1.1902380714238083,
           LongRopeFamily{{1, 1.05, 1.2, 1.4}, {1.0800000429153442, 1.1, 3.5, 64.8}, 4096, 131072}),
      make("proportional_d96", 96, 1e6, 1, ProportionalFamily{0.25, 8}),
      given("given_with_zeros", {1, 0.1, 0, 0x1p-10, 3.7e-5, 0, 1.9, 0x1.fffffep-20}, 1),
      given("given_with_zeros_factor_0_75", {0, 1, 0, 0x1.8p-3}, 0.75),
      given("given_only_zeros_factor_1_2", {0, 0}, 1.2),
  };
}

struct Point {
  std::int64_t position;
  int pair;
};

/// Zero, the known and the nearest quarter turns of every pair, with both signs; then random ones, log-uniform.
std::vector<Point> points(const Setting& setting, oracle::Oracle& truth, std::mt19937_64& random) {
  std::vector<Point> out;
  const int pairs = setting.spec.pairs();
  for (const auto& [position, pair] : setting.known) out.push_back({position, pair});
  for (int pair = 0; pair < pairs; ++pair) {
    out.push_back({0, pair});
    std::vector<std::int64_t> hard = truth.near_quarter_turns(pair, pair % 8 == 0 ? far_limit : limit);
    if (sanitized && pair % 8 != 0) hard.clear();
    for (const std::int64_t p : hard) out.push_back({p, pair});
    if (!hard.empty()) out.push_back({-hard.back(), pair});
  }
  for (int i = 0; i < random_points; ++i) {
    const double top = i % 64 == 0 ? 40 : 24;
    const auto p = static_cast<std::int64_t>(std::exp2(std::ldexp(static_cast<double>(random() >> 11), -53) * top));
    out.push_back({i % 4 == 0 ? -p : p, static_cast<int>(random() % static_cast<unsigned>(pairs))});
  }
  return out;
}

/// Finite numbers of every kind that a tensor holds.
double element(DType dtype, std::mt19937_64& random) {
  const oracle::Layout f = oracle::layout(dtype);
  const double m = static_cast<double>(random() >> (64 - f.precision)) * (random() % 2 == 0 ? 1 : -1);
  switch (random() % 8) {
    case 0:  // down to the smallest subnormal number
      return std::ldexp(m,
                        static_cast<int>(f.quantum) - static_cast<int>(random() % static_cast<unsigned>(f.precision)));
    case 1: {  // up to the largest
      const double largest = std::bit_cast<float>(0x7f7fffffU);
      return dtype == DType::f16 ? m * 32 : m * (largest / std::ldexp(1.0, static_cast<int>(f.precision)));
    }
    case 2:
      return random() % 2 == 0 ? 0.0 : -0.0;
    default:
      return std::ldexp(m, static_cast<int>(random() % 8) - 4 - static_cast<int>(f.precision));
  }
}

class Comparison : public testing::TestWithParam<Setting> {
 protected:
  Comparison() : exact(GetParam().spec), truth(GetParam().spec) {
    std::string name = GetParam().name;
    std::seed_seq seed(name.begin(), name.end());
    random.seed(seed);
  }

  void expect(const oracle::Pair64& truth_value, DoubleDouble got, const std::string& what) const {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(got.hi), truth_value.hi) << what << ": high word";
    EXPECT_EQ(std::bit_cast<std::uint64_t>(got.lo), truth_value.lo) << what << ": low word";
  }

  void expect(const oracle::Pair64& words, const std::vector<std::uint64_t>& bits, const ExactValue& got,
              const std::string& what) const {
    expect(words, got.value, what);
    for (std::size_t t = 0; t < tensor_dtypes.size(); ++t) {
      EXPECT_EQ(got.bits[t], bits[t]) << what << " in " << name(tensor_dtypes[t]);
    }
  }

  void expect_trig(const oracle::Trig& want, const Exact::Trig& got, const std::string& where) const {
    expect(want.cos, want.cos_bits, got.cos, "cos at " + where);
    expect(want.sin, want.sin_bits, got.sin, "sin at " + where);
  }

  void expect_rotations(const Exact::At& at, const Point& p, const oracle::Trig& trig, const std::string& where) {
    for (const DType dtype : tensor_dtypes) {
      for (const bool backward : {false, true}) {
        double x0 = element(dtype, random);
        double x1 = element(dtype, random);
        if (random() % 16 == 0) {  // all but the last bits of one component cancel
          x0 = oracle::double_of(trig.sin.hi);
          x1 = oracle::double_of(trig.cos.hi) * (backward ? -1 : 1);
        }
        const auto want = truth.rotate(p.position, p.pair, dtype, x0, x1, backward);
        const auto got = at.rotate(dtype, x0, x1, backward ? Direction::backward : Direction::forward);
        expect(want.first, got[0], dtype, where, x0, x1, backward);
        expect(want.second, got[1], dtype, where, x0, x1, backward);
      }
    }
  }

  void expect(const oracle::Output& want, const ExactOutput& got, DType dtype, const std::string& where, double x0,
              double x1, bool backward) const {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(got.value), want.value)
        << "rotation of (" << x0 << ", " << x1 << ") at " << where << (backward ? ", backward" : "");
    EXPECT_EQ(got.bits, want.bits) << name(dtype) << " rotation of (" << x0 << ", " << x1 << ") at " << where
                                   << (backward ? ", backward" : "");
  }

  std::vector<double> head(DType dtype) {
    std::vector<double> x(2 * static_cast<std::size_t>(GetParam().spec.pairs()));
    std::generate(x.begin(), x.end(), [&] { return element(dtype, random); });
    return x;
  }

  Exact exact;
  oracle::Oracle truth;
  std::mt19937_64 random;
};

std::string text(const Point& p) {
  return "position " + std::to_string(p.position) + ", pair " + std::to_string(p.pair);
}

TEST_P(Comparison, Frequencies) {
  for (int pair = 0; pair < GetParam().spec.pairs(); ++pair) {
    expect(truth.inv_freq(pair), exact.inv_freq(pair), "inv_freq of pair " + std::to_string(pair));
  }
}

TEST_P(Comparison, TrigonometryAndRotations) {
  for (const Point& p : points(GetParam(), truth, random)) {
    const oracle::Trig trig = truth.trig(p.position, p.pair);
    const Exact::At at = exact.at(p.position, p.pair);
    expect_trig(trig, at.trig(), text(p));
    expect_rotations(at, p, trig, text(p));
    if (HasFailure()) return;  // the first says enough
  }
}

TEST_P(Comparison, InnerProducts) {
  for (std::size_t i = 0; i < inner_products; ++i) {
    const DType dtype = tensor_dtypes[i % tensor_dtypes.size()];
    const auto q = head(dtype);
    const auto k = head(dtype);
    const auto m = static_cast<std::int64_t>(random() % (2 * limit)) - limit;
    const auto n = i % 5 == 0 ? m : m + static_cast<std::int64_t>(random() >> (40 + i));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(exact.inner_product(m, q, n, k)), truth.inner_product(m, q, n, k))
        << name(dtype) << ", positions " << m << " and " << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Oracle, Comparison, testing::ValuesIn(settings()),
                         [](const auto& setting) { return setting.param.name; });

TEST(Oracle, Llama3IsComparedInAllThreeBands) {
  for (const Setting& setting : settings()) {
    const auto* family = std::get_if<Llama3Family>(&setting.spec.family);
    if (family == nullptr) continue;
    Spec unscaled = setting.spec;
    unscaled.family = DefaultFamily{};
    oracle::Oracle scaled_truth(setting.spec), unscaled_truth(unscaled);
    int untouched = 0, between = 0, divided = 0;
    for (int pair = 0; pair < setting.spec.pairs(); ++pair) {
      const double ratio =
          oracle::double_of(unscaled_truth.inv_freq(pair).hi) / oracle::double_of(scaled_truth.inv_freq(pair).hi);
      ++(ratio == 1 ? untouched : ratio < family->factor * (1 - 0x1p-50) ? between : divided);
    }
    EXPECT_GT(untouched, 0) << setting.name;
    EXPECT_GT(between, 0) << setting.name;
    EXPECT_GT(divided, 0) << setting.name;
  }
}

TEST(Oracle, ComparesAHundredThousandPoints) {
  std::size_t count = 0;
  for (const Setting& setting : settings()) {
    oracle::Oracle truth(setting.spec);
    std::mt19937_64 random(1);
    count += points(setting, truth, random).size();
  }
  RecordProperty("points", static_cast<int>(count));
  EXPECT_GE(count, sanitized ? 5000 : 100000);
}

}  // namespace
}  // namespace rope
