// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// S1 of the families dynamic and given: it holds on honest arithmetic, comes close to it, and needs its terms. Default
// and Llama 3 are in bounds_test.cpp.
#include "reference/frequency_error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "reference/exact.hpp"

namespace rope {
namespace {

Spec dynamic_spec(int d, double theta, const DynamicNtkFamily& family) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = d;
  spec.theta = theta;
  spec.family = family;
  spec.max_position = family.sequence_length;
  return spec;
}

/// The base in fp32, as torch computes it from a sequence length that is a tensor; a GPU multiplies by the reciprocal
/// where the divisor is a number.
float base_at_run_time(const Spec& spec, bool reciprocal) {
  const auto& f = std::get<DynamicNtkFamily>(spec.family);
  const double d = spec.rotary_dim;
  const auto m = static_cast<float>(f.original_max_position);
  const float product =
      static_cast<float>(f.factor) * static_cast<float>(std::max(f.sequence_length, f.original_max_position));
  const float ratio = reciprocal ? product * (1.0F / m) : product / m;
  const float growth = std::pow(ratio - static_cast<float>(f.factor - 1), static_cast<float>(d / (d - 2)));
  return static_cast<float>(spec.theta) * growth;
}

/// The base in binary64, as Python computes it from a length that is a number, then rounded by the power.
float base_of_numbers(const Spec& spec) {
  const auto& f = std::get<DynamicNtkFamily>(spec.family);
  const double d = spec.rotary_dim;
  const auto m = static_cast<double>(f.original_max_position);
  const double length = std::max(static_cast<double>(f.sequence_length), m);
  return static_cast<float>(spec.theta * std::pow(f.factor * length / m - (f.factor - 1), d / (d - 2)));
}

double usual_inv_freq(float base, int pair, int d) {
  return 1.0F / std::pow(base, static_cast<float>(2 * pair) / static_cast<float>(d));
}

std::vector<Spec> settings() {
  std::vector<Spec> specs;
  for (const double theta : {1e4, 5e5, 1e7}) {
    for (const int d : {4, 64, 80, 128}) {
      for (const double factor : {1.0, 2.0, 2.7, 8.0, 100.0}) {
        for (const std::int64_t length : {1000, 4097, 5000, 8192, 131072, 1000003}) {
          specs.push_back(dynamic_spec(d, theta, {factor, 4096, length}));
          specs.push_back(dynamic_spec(d, theta, {factor, 3000, length}));
        }
      }
    }
  }
  return specs;
}

TEST(FrequencyErrorOfDynamicNtk, HoldsAndIsCloseOnTheUsualFormula) {
  double worst = 0;
  for (const Spec& spec : settings()) {
    const Exact exact(spec);
    const auto bound = frequency_error(spec, baseline_contract(DType::f32));
    ASSERT_EQ(bound.front(), 0);
    const auto& f = std::get<DynamicNtkFamily>(spec.family);
    for (const float base : {base_at_run_time(spec, false), base_at_run_time(spec, true), base_of_numbers(spec)}) {
      for (int pair = 1; pair < spec.pairs(); ++pair) {
        const double error = std::fabs(usual_inv_freq(base, pair, spec.rotary_dim) - exact.inv_freq(pair).hi);
        const double allowed = bound[static_cast<std::size_t>(pair)];
        ASSERT_LE(error, allowed) << "theta " << spec.theta << " d " << spec.rotary_dim << " factor " << f.factor
                                  << " M " << f.original_max_position << " L " << f.sequence_length << " pair " << pair;
        worst = std::max(worst, error / allowed);
      }
    }
  }
  EXPECT_GE(worst, 0.3);
}

TEST(FrequencyErrorOfDynamicNtk, BinarySixtyFourHasItsOwnRoundings) {
  Contract contract = baseline_contract(DType::f32);
  contract.frequency_format = DType::f64;
  for (const Spec& spec : settings()) {
    const auto& f = std::get<DynamicNtkFamily>(spec.family);
    const Exact exact(spec);
    const auto bound = frequency_error(spec, contract);
    const double d = spec.rotary_dim;
    const auto m = static_cast<double>(f.original_max_position);
    const double length = std::max(static_cast<double>(f.sequence_length), m);
    const double base = spec.theta * std::pow(f.factor * length / m - (f.factor - 1), d / (d - 2));
    for (int pair = 1; pair < spec.pairs(); ++pair) {
      const double error =
          std::fabs((1 / std::pow(base, 2.0 * pair / d) - exact.inv_freq(pair).hi) - exact.inv_freq(pair).lo);
      ASSERT_LE(error, bound[static_cast<std::size_t>(pair)]) << d << " " << f.factor << " " << length << " " << pair;
    }
  }
}

// The sum of a default family that has the grown base: what is left when the arithmetic of the base is forgotten.
TEST(FrequencyErrorOfDynamicNtk, TermOfTheBaseIsNeeded) {
  int beyond = 0;
  for (const Spec& spec : settings()) {
    const auto& f = std::get<DynamicNtkFamily>(spec.family);
    const double d = spec.rotary_dim;
    const auto m = static_cast<double>(f.original_max_position);
    const double length = std::max(static_cast<double>(f.sequence_length), m);
    Spec grown = spec;
    grown.family = DefaultFamily{};
    grown.theta *= std::pow((f.factor * (length - m) + m) / m, d / (d - 2));
    const auto without = frequency_error(grown, baseline_contract(DType::f32));
    const Exact exact(spec);
    for (int pair = 1; pair < spec.pairs(); ++pair) {
      const double found = usual_inv_freq(base_at_run_time(spec, false), pair, spec.rotary_dim);
      if (std::fabs(found - exact.inv_freq(pair).hi) > without[static_cast<std::size_t>(pair)]) ++beyond;
    }
  }
  EXPECT_GT(beyond, 100);
}

TEST(FrequencyErrorOfGiven, IsTheRoundingToTheContractsFormat) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = 8;
  spec.family = GivenFamily{{0, 0.5, 0.1F, 0.1}};
  spec.max_position = 4096;
  Contract contract = baseline_contract(DType::f32);
  const double lost = std::fabs(static_cast<double>(0.1F) - 0.1);
  EXPECT_GT(lost, 0);
  EXPECT_EQ(frequency_error(spec, contract), (std::vector<double>{0, 0, 0, lost}));
  contract.frequency_formula = FrequencyFormula::exp;  // nothing is computed, so the formula does not matter
  contract.frequency_ulp = 40;
  EXPECT_EQ(frequency_error(spec, contract), (std::vector<double>{0, 0, 0, lost}));
  contract.frequency_format = DType::f64;
  EXPECT_EQ(frequency_error(spec, contract), (std::vector<double>{0, 0, 0, 0}));
  contract.frequency_format = DType::bf16;
  const auto bf16 = frequency_error(spec, contract);
  EXPECT_EQ(bf16[0], 0);
  EXPECT_EQ(bf16[1], 0);
  EXPECT_EQ(bf16[2], std::fabs(round_to(DType::bf16, 0.1F) - static_cast<double>(0.1F)));
  EXPECT_GT(bf16[2], 1e-5);
  // Just above the middle of two neighbours in bf16, and in fp32 the middle itself, which goes to the even one, below.
  spec.family = GivenFamily{{0, 0, 0, 1.00390625 + 0x1p-30}};
  EXPECT_EQ(frequency_error(spec, contract)[3], 0.00390625 + 0x1p-30);
}

}  // namespace
}  // namespace rope
