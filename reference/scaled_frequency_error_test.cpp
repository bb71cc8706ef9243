// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// S1 of the families that scale the default one: it holds on honest fp32 arithmetic in each order of operations that it
// allows, comes close to it, and what it adds to the default family's is needed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "reference/exact.hpp"
#include "reference/frequency_error.hpp"
#include "reference/spec_of.hpp"

namespace rope {
namespace {

/// What an implementation may choose.
struct Order {
  bool denominator;  ///< 1/(s·q) where q = theta^x, or (1/q)/s
  bool reciprocal;   ///< a quotient by a number is a product with its reciprocal
};
constexpr Order orders[] = {{false, false}, {false, true}, {true, false}};

float over(float a, float b, Order order) {
  return order.reciprocal ? a * (1.0F / b) : a / b;
}

float power(const Spec& spec, int pair) {
  const float x = static_cast<float>(2 * pair) / static_cast<float>(spec.rotary_dim);
  return std::pow(static_cast<float>(spec.theta), x);
}

float slowed(const Spec& spec, int pair, double by, Order order) {
  const auto s = static_cast<float>(by);
  const float q = power(spec, pair);
  return order.denominator ? 1.0F / (s * q) : over(1.0F / q, s, order);
}

/// Every number that the ramp needs may be computed in binary64 and then rounded, as where it meets a tensor.
float on_the_ramp(const Spec& spec, const YarnFamily& f, int pair, Order order) {
  const CorrectionRange range = correction_range(f, spec);
  const auto width = static_cast<float>(range.high - range.low);
  const float ramp =
      std::clamp(over(static_cast<float>(pair) - static_cast<float>(range.low), width, order), 0.0F, 1.0F);
  const float kept = 1 - ramp;
  return slowed(spec, pair, f.factor, order) * (1 - kept) + 1.0F / power(spec, pair) * kept;
}

struct Case {
  std::string name;
  std::vector<Spec> specs;
  std::function<float(const Spec&, int, Order)> honest;
  double close;  ///< the largest error over bound is at least this
};

constexpr double factors[] = {1, 4, 2.7, 40, 3.0000001};
constexpr double thetas[] = {1e4, 5e5, 1e7};
constexpr int dims[] = {64, 80, 128};

template <class Make>
std::vector<Spec> over_settings(const Make& make_family) {
  std::vector<Spec> out;
  for (const int d : dims) {
    for (const double theta : thetas) {
      for (const double factor : factors) out.push_back(spec_of(d, theta, make_family(factor, d)));
    }
  }
  return out;
}

std::vector<Case> cases() {
  std::vector<Case> out;
  out.push_back({"linear", over_settings([](double factor, int) { return LinearFamily{factor}; }),
                 [](const Spec& spec, int pair, Order order) {
                   return slowed(spec, pair, std::get<LinearFamily>(spec.family).factor, order);
                 },
                 0.4});
  out.push_back({"proportional", over_settings([](double factor, int) {
                   return ProportionalFamily{0.6, factor};
                 }),
                 [](const Spec& spec, int pair, Order order) {
                   const auto& f = std::get<ProportionalFamily>(spec.family);
                   return pair < rotating_pairs(f, spec.rotary_dim) ? slowed(spec, pair, f.factor, order) : 0.0F;
                 },
                 0.4});
  out.push_back({"length_scaled", over_settings([](double factor, int) {
                   return LengthScaledFamily{4099, static_cast<std::int64_t>(4099 * factor) + 1};
                 }),
                 [](const Spec& spec, int pair, Order order) {
                   const auto& f = std::get<LengthScaledFamily>(spec.family);
                   const auto longer = static_cast<float>(f.sequence_length);
                   const auto original = static_cast<float>(f.original_max_position);
                   if (order.reciprocal) return 1.0F / power(spec, pair) * (original / longer);
                   return slowed(spec, pair, static_cast<double>(longer / original), order);
                 },
                 0.4});
  out.push_back({"longrope", over_settings([](double factor, int d) {
                   std::vector<double> e;
                   for (int i = 0; i < d / 2; ++i) e.push_back(1.08 + (factor - 1) * i / (d / 2) + 0.01 * (i % 3));
                   return LongRopeFamily{e, e, 4096, 131072};
                 }),
                 [](const Spec& spec, int pair, Order order) {
                   const auto& f = std::get<LongRopeFamily>(spec.family);
                   return slowed(spec, pair, f.long_factor[static_cast<std::size_t>(pair)], order);
                 },
                 0.4});
  for (const bool truncate : {true, false}) {
    std::vector<Spec> specs = over_settings([=](double factor, int) {
      return YarnFamily{factor, 32, 1, 8192, truncate};
    });
    // Truncated their widths are 41, 55 and 97, whose product with the rounded reciprocal is below 1 in fp32.
    specs.push_back(spec_of(192, 2e4, YarnFamily{40, 64, 1, 4096, truncate}));
    specs.push_back(spec_of(256, 2e4, YarnFamily{8, 64, 1, 4096, truncate}));
    specs.push_back(spec_of(512, 1e4, YarnFamily{4, 32, 1, 32768, truncate}));
    out.push_back({truncate ? "yarn" : "yarn_not_truncated", std::move(specs),
                   [](const Spec& spec, int pair, Order order) {
                     return on_the_ramp(spec, std::get<YarnFamily>(spec.family), pair, order);
                   },
                   0.4});
  }
  out.push_back({"ntk_fixed", over_settings([](double factor, int) { return NtkFixedFamily{factor}; }),
                 [](const Spec& spec, int pair, Order order) {
                   const auto& f = std::get<NtkFixedFamily>(spec.family);
                   Spec grown = spec;
                   grown.theta = spec.theta * f.factor;
                   return slowed(grown, pair, std::pow(f.factor, 2.0 / spec.rotary_dim), order);
                 },
                 0.4});
  for (const double b : {0.625, 1.7}) {
    out.push_back({b < 1 ? "ntk_mixed" : "ntk_mixed_steep", over_settings([=](double factor, int) {
                     return NtkMixedFamily{factor, b};
                   }),
                   [](const Spec& spec, int pair, Order order) {
                     const auto& f = std::get<NtkMixedFamily>(spec.family);
                     const auto divisor = static_cast<float>(std::pow(spec.rotary_dim / 2.0, f.b));
                     const float a = over(std::log(static_cast<float>(f.factor)), divisor, order);
                     const float m = std::pow(static_cast<float>(pair + 1), static_cast<float>(f.b));
                     return slowed(spec, pair, static_cast<double>(std::exp(a * m)), order);
                   },
                   0.2});
  }
  out.push_back({"ntk", over_settings([](double factor, int) { return NtkFamily{factor}; }),
                 [](const Spec& spec, int pair, Order order) {
                   const auto& f = std::get<NtkFamily>(spec.family);
                   const double d = spec.rotary_dim;
                   const double growth = std::pow(f.alpha, d / (d - 2));
                   const float base = order.reciprocal
                                          ? static_cast<float>(spec.theta) *
                                                std::pow(static_cast<float>(f.alpha), static_cast<float>(d / (d - 2)))
                                          : static_cast<float>(spec.theta * growth);
                   const float x = static_cast<float>(2 * pair) / static_cast<float>(spec.rotary_dim);
                   return 1.0F / std::pow(base, x);
                 },
                 0.3});
  return out;
}

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

class ScaledFrequencyError : public testing::TestWithParam<Case> {};

TEST_P(ScaledFrequencyError, HoldsOnHonestArithmeticAndIsClose) {
  const Case& c = GetParam();
  double worst = 0;
  int beyond_default = 0;
  for (const Spec& spec : c.specs) {
    ASSERT_EQ(problem(spec), std::nullopt);
    const Exact exact(spec);
    Spec plain = spec;
    plain.family = DefaultFamily{};
    const Exact unscaled(plain);
    const auto bound = frequency_error(spec, baseline_contract(DType::f32));
    const auto plain_bound = frequency_error(plain, baseline_contract(DType::f32));
    for (const Order order : orders) {
      for (int pair = 0; pair < spec.pairs(); ++pair) {
        const auto i = static_cast<std::size_t>(pair);
        const double w = exact.inv_freq(pair).hi;
        const double error = std::fabs(static_cast<double>(c.honest(spec, pair, order)) - w);
        ASSERT_LE(error, bound[i]) << c.name << " theta " << spec.theta << " d " << spec.rotary_dim << " pair " << pair
                                   << " order " << order.denominator << order.reciprocal;
        if (bound[i] > 0) worst = std::max(worst, error / bound[i]);
        // The default family's relative error, on this frequency.
        if (error > plain_bound[i] * (w / unscaled.inv_freq(pair).hi)) ++beyond_default;
      }
    }
  }
  RecordProperty("error_over_bound", std::to_string(worst));
  EXPECT_GE(worst, c.close);
  EXPECT_GT(beyond_default, 0) << "the default family's bound would do: what this family adds is not shown";
}

INSTANTIATE_TEST_SUITE_P(Families, ScaledFrequencyError, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

// In every pair: the larger base's error over the divisor, and a few roundings of the quotient.
TEST(ScaledFrequencyErrorTest, NtkFixedIsTheLargerBasesQuotient) {
  const Spec spec = spec_of(128, 1e4, NtkFixedFamily{8});
  const auto fixed = frequency_error(spec, baseline_contract(DType::f32));
  const auto larger = frequency_error(spec_of(128, 8e4, DefaultFamily{}), baseline_contract(DType::f32));
  const Exact exact(spec);
  for (int i = 0; i < 64; ++i) {
    const auto pair = static_cast<std::size_t>(i);
    EXPECT_LE(fixed[pair], larger[pair] / std::pow(8, 2.0 / 128) + 4 * 0x1p-24 * exact.inv_freq(i).hi) << i;
  }
}

TEST(ScaledFrequencyErrorTest, WhatIsExactHasNoError) {
  const Contract usual = baseline_contract(DType::f32);
  EXPECT_EQ(frequency_error(spec_of(64, 1e4, LinearFamily{8}), usual).front(), 0);
  EXPECT_GT(frequency_error(spec_of(64, 1e4, LinearFamily{3}), usual).front(), 0);
  const auto proportional = frequency_error(spec_of(64, 1e4, ProportionalFamily{0.25, 3}), usual);
  EXPECT_GT(proportional[7], 0);
  EXPECT_EQ(proportional[8], 0);
  EXPECT_EQ(proportional[31], 0);
  Contract rounded = usual;
  rounded.frequency_formula = FrequencyFormula::correctly_rounded;
  EXPECT_EQ(frequency_error(spec_of(64, 1e4, ProportionalFamily{0.25, 3}), rounded)[31], 0);
  // A power of two divides exactly; untouched pairs of YaRN have the default family's error, slowed ones its quotient.
  const auto plain = frequency_error(spec_of(64, 1e4, DefaultFamily{}), usual);
  const auto linear = frequency_error(spec_of(64, 1e4, LinearFamily{8}), usual);
  const auto yarn = frequency_error(spec_of(64, 1e4, YarnFamily{8, 32, 1, 4096, true}), usual);
  for (std::size_t i = 0; i < 32; ++i) {
    EXPECT_EQ(linear[i], plain[i] / 8) << i;
    if (i <= 10) {
      EXPECT_EQ(yarn[i], plain[i]) << i;
    }
    if (i >= 24) {
      EXPECT_EQ(yarn[i], plain[i] / 8) << i;
    }
  }
}

}  // namespace
}  // namespace rope
