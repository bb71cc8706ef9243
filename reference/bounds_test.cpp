// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The bounds hold on honest arithmetic, come close to what it does, and are missed once a term is left out.
#include "reference/bounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "reference/exact.hpp"
#include "reference/frequency_error.hpp"

namespace rope {
namespace {

Spec spec_of(int head_dim, double theta, Family family = DefaultFamily{}) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = head_dim;
  spec.theta = theta;
  spec.family = family;
  spec.max_position = 131072;
  return spec;
}

const Family llama31 = Llama3Family{8, 1, 4, 8192};

std::vector<double> exact_frequencies(const Spec& spec) {
  const Exact exact(spec);
  std::vector<double> out;
  for (int pair = 0; pair < spec.pairs(); ++pair) out.push_back(exact.inv_freq(pair).hi);
  return out;
}

/// inv_freq in fp32 as transformers computes it.
std::vector<float> usual_frequencies(const Spec& spec) {
  std::vector<float> out;
  for (int pair = 0; pair < spec.pairs(); ++pair) {
    const float x = static_cast<float>(2 * pair) / static_cast<float>(spec.rotary_dim);
    float f = 1.0F / std::pow(static_cast<float>(spec.theta), x);
    if (const auto* scaled = std::get_if<Llama3Family>(&spec.family)) {
      const float length = static_cast<float>(scaled->original_max_position);
      const float s = static_cast<float>(scaled->factor);
      const float lf = static_cast<float>(scaled->low_freq_factor);
      const float hf = static_cast<float>(scaled->high_freq_factor);
      const float wavelength = static_cast<float>(2 * std::numbers::pi) / f;
      if (wavelength > length / lf) {
        f = f / s;
      } else if (!(wavelength < length / hf)) {
        const float smooth = (length / wavelength - lf) / (hf - lf);
        f = (1 - smooth) * f / s + smooth * f;
      }
    }
    out.push_back(f);
  }
  return out;
}

struct Setting {
  Spec spec;
  double least;  // lower limit of the largest observed/bound
};

std::vector<Setting> settings() {
  return {{spec_of(128, 1e4), 0.3},         {spec_of(128, 5e5), 0.3},
          {spec_of(64, 1e6), 0.3},          {spec_of(96, 1e4), 0.3},
          {spec_of(80, 1e4), 0.3},          {spec_of(128, 5e5, llama31), 0.3},
          {spec_of(80, 5e5, llama31), 0.3}, {spec_of(64, 5e5, Llama3Family{32, 1, 4, 8192}), 0.3}};
}

TEST(FrequencyError, HoldsAndIsCloseOnTheUsualFormula) {
  for (const Setting& setting : settings()) {
    const auto exact = exact_frequencies(setting.spec);
    const auto usual = usual_frequencies(setting.spec);
    const auto bound = frequency_error(setting.spec, baseline_contract(DType::f32));
    double worst = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const double error = std::fabs(static_cast<double>(usual[i]) - exact[i]);
      ASSERT_LE(error, bound[i]) << "d " << setting.spec.rotary_dim << " theta " << setting.spec.theta << " pair " << i;
      if (bound[i] > 0) worst = std::max(worst, error / bound[i]);
    }
    EXPECT_GE(worst, setting.least) << "d " << setting.spec.rotary_dim << " theta " << setting.spec.theta;
  }
}

TEST(FrequencyError, ExponentTermIsNeededWhereItIsInexact) {
  // With d a power of two the term is zero. At d = 80 the rest of the sum alone is exceeded by honest arithmetic, with
  // the pow of this platform's own accuracy (k = 1 is generous for it).
  const Spec spec = spec_of(80, 1e4);
  Contract contract = baseline_contract(DType::f32);
  contract.frequency_ulp = 1;
  const auto exact = exact_frequencies(spec);
  const auto usual = usual_frequencies(spec);
  const auto bound = frequency_error(spec, contract);
  double worst_without = 0;
  for (std::size_t i = 1; i < exact.size(); ++i) {
    const double x = 2.0 * static_cast<double>(i) / 80;
    const double term = exact[i] * std::log(spec.theta) * 0.5 * ulp(DType::f32, x);
    const double error = std::fabs(static_cast<double>(usual[i]) - exact[i]);
    ASSERT_LE(error, bound[i]);
    worst_without = std::max(worst_without, error / (bound[i] - term));
  }
  EXPECT_GT(worst_without, 1);
}

TEST(FrequencyError, PairZeroIsExact) {
  EXPECT_EQ(frequency_error(spec_of(128, 1e4), baseline_contract(DType::f32)).front(), 0);
}

TEST(FrequencyError, SixteenBitFrequenciesAreBoundedByTheirFormat) {
  const Spec spec = spec_of(128, 5e5);
  Contract contract = baseline_contract(DType::bf16);
  contract.frequency_format = DType::bf16;
  const auto exact = exact_frequencies(spec);
  const auto usual = usual_frequencies(spec);
  const auto bound = frequency_error(spec, contract);
  double worst = 0;
  for (std::size_t i = 1; i < exact.size(); ++i) {
    const double error = std::fabs(round_to(DType::bf16, static_cast<double>(usual[i])) - exact[i]);
    ASSERT_LE(error, bound[i]);
    worst = std::max(worst, error / bound[i]);
  }
  EXPECT_GE(worst, 0.9);
}

/// One rotation of (x0, x1) by the usual pipeline with the table and every operation in `dtype`.
struct Usual {
  DType dtype;
  double round(double v) const { return round_to(dtype, v); }
  std::array<double, 2> operator()(float f, std::int64_t p, double x0, double x1) const {
    const float angle = static_cast<float>(p) * f;
    const double c = round(static_cast<double>(std::cos(angle)));
    const double s = round(static_cast<double>(std::sin(angle)));
    return {round(round(x0 * c) - round(x1 * s)), round(round(x0 * s) + round(x1 * c))};
  }
};

TEST(Bounds, UsualPipelineStaysInsideItsOwnBoundAndNearIt) {
  for (const Setting& setting : settings()) {
    const Exact exact(setting.spec);
    const auto usual = usual_frequencies(setting.spec);
    for (DType dtype : tensor_dtypes) {
      const Bounds bounds(setting.spec, baseline_contract(dtype), dtype, exact_frequencies(setting.spec));
      const Usual pipeline{dtype};
      double worst = 0;
      for (std::int64_t p : {0, 1, 2, 3, 17, 255, 257, 1000, 2049, 4095, 52174, 65537, 100003, 131071}) {
        for (int pair = 0; pair < setting.spec.pairs(); ++pair) {
          const auto trig = exact.trig(p, pair);
          const double x0 = round_to(dtype, 0.7123 + 0.001 * pair);
          const double x1 = round_to(dtype, -0.5432 + 0.002 * pair);
          const auto got = pipeline(usual[static_cast<std::size_t>(pair)], p, x0, x1);
          const auto want = exact.rotate(p, pair, dtype, x0, x1, Direction::forward);
          const double error = std::hypot(got[0] - want[0].value, got[1] - want[1].value);
          const double limit =
              std::hypot(x0, x1) * bounds.rotation(p, pair, trig.cos.value.hi, trig.sin.value.hi, 1, 1) +
              bounds.underflow();
          ASSERT_LE(error, limit) << name(dtype) << " d " << setting.spec.rotary_dim << " theta " << setting.spec.theta
                                  << " p " << p << " pair " << pair;
          worst = std::max(worst, error / limit);
        }
      }
      EXPECT_GE(worst, setting.least) << name(dtype) << " d " << setting.spec.rotary_dim;
    }
  }
}

TEST(Bounds, Bfloat16PositionsOrFrequenciesAreFarOutside) {
  const Spec spec = spec_of(128, 5e5);
  const Exact exact(spec);
  const Bounds bounds(spec, baseline_contract(DType::bf16), DType::bf16, exact_frequencies(spec));
  const auto usual = usual_frequencies(spec);
  const Usual pipeline{DType::bf16};
  double positions = 0;
  double frequencies = 0;
  for (std::int64_t p : {257, 1001, 4099, 65537}) {
    for (int pair = 0; pair < spec.pairs(); ++pair) {
      const auto trig = exact.trig(p, pair);
      const double limit = bounds.rotation(p, pair, trig.cos.value.hi, trig.sin.value.hi, 16, 2);
      const float f = usual[static_cast<std::size_t>(pair)];
      const auto rounded_p = static_cast<std::int64_t>(round_to(DType::bf16, static_cast<double>(p)));
      const auto a = pipeline(f, rounded_p, 1, 0);
      const auto b = pipeline(static_cast<float>(round_to(DType::bf16, static_cast<double>(f))), p, 1, 0);
      const auto error = [&](const auto& got) {
        return std::hypot(got[0] - trig.cos.value.hi, got[1] - trig.sin.value.hi) / limit;
      };
      positions = std::max(positions, error(a));
      frequencies = std::max(frequencies, error(b));
    }
  }
  EXPECT_GT(positions, 10);
  EXPECT_GT(frequencies, 10);
}

TEST(Bounds, PairZeroLeavesNoRoomForFastTrigonometry) {
  // sin and cos with an angle error of |angle| 2^-24, as __sinf has, are outside E(16, 2) where the product is exact.
  const Spec spec = spec_of(128, 5e5);
  const Bounds bounds(spec, baseline_contract(DType::f32), DType::f32, exact_frequencies(spec));
  const double limit = bounds.rotation(131071, 0, std::cos(131071.0), std::sin(131071.0), 16, 2);
  EXPECT_LT(limit, 131071 * 0x1p-24);
  EXPECT_GT(limit, 0);
}

TEST(Bounds, CarefulContractIsSharpAndHolds) {
  const Spec spec = spec_of(128, 5e5, llama31);
  const Exact exact(spec);
  for (DType dtype : tensor_dtypes) {
    const std::string tail = dtype == DType::f32 ? "f32" : dtype == DType::f16 ? "f16" : "bf16";
    const auto parsed = parse_contract(
        "pos=int freq=f64:rpow~2ulp angle=f64:mul trig=f64~1ulp table=none rotate=f64:mul out=" + tail + ":rn", dtype);
    const Bounds bounds(spec, std::get<Contract>(parsed), dtype, exact_frequencies(spec));
    for (std::int64_t p : {1, 4097, 131071}) {
      for (int pair = 0; pair < spec.pairs(); ++pair) {
        const auto trig = exact.trig(p, pair);
        const double limit = bounds.rotation(p, pair, trig.cos.value.hi, trig.sin.value.hi, 1, 1);
        // One rounding of a value good to 1e-9: nothing else may be in the bound.
        EXPECT_LT(limit, unit_roundoff(dtype) * 1.001 + 1e-9);
        const double error = std::hypot(to_double(dtype, trig.cos.bits[tensor_index(dtype)]) - trig.cos.value.hi,
                                        to_double(dtype, trig.sin.bits[tensor_index(dtype)]) - trig.sin.value.hi);
        EXPECT_LE(error, limit + bounds.underflow()) << "a correctly rounded result is always inside";
      }
    }
  }
}

TEST(Bounds, ATableWiderThanTheRotationIsRoundedOnItsWayIn) {
  // Table in fp32, rotation in bf16: honest arithmetic rounds the table's values to bf16 first.
  const Spec spec = spec_of(128, 5e5);
  const auto contract = std::get<Contract>(parse_contract("trig=f32:cr table=f32:rn rotate=bf16:mul", DType::bf16));
  const Bounds bounds(spec, contract, DType::bf16, exact_frequencies(spec));
  double worst = 0;
  for (int n = 0; n < 1000; ++n) {
    const double angle = 0.7 + 1e-3 * n;
    const double c = round_to(DType::bf16, std::cos(angle));
    const double s = round_to(DType::bf16, std::sin(angle));
    // (1, 0) is rotated without a further rounding.
    const double error = std::hypot(c - std::cos(angle), s - std::sin(angle));
    const double limit = bounds.rounding(std::cos(angle), std::sin(angle));
    ASSERT_LE(error, limit);
    worst = std::max(worst, error / limit);
  }
  EXPECT_GT(worst, 0.2);
  EXPECT_GT(bounds.rounding(0.6, 0.8), std::sqrt(5.0) * 0x1p-8 + 0.5 * 0x1p-8) << "more than the rotation's term alone";
}

TEST(Bounds, ExactProductsNarrowTheRotationTerm) {
  const Spec spec = spec_of(128, 5e5);
  const auto wide = std::get<Contract>(parse_contract("table=bf16:rn rotate=f32:any out=bf16:rn", DType::bf16));
  const auto every = baseline_contract(DType::bf16);
  const Bounds one_rounding(spec, wide, DType::bf16, exact_frequencies(spec));
  const Bounds each_rounding(spec, every, DType::bf16, exact_frequencies(spec));
  EXPECT_LT(one_rounding.two_rotations(0.6, 0.8), each_rounding.two_rotations(0.6, 0.8));
  EXPECT_GT(one_rounding.two_rotations(0.6, 0.8), 2 * unit_roundoff(DType::bf16) * 0.99);
}

}  // namespace
}  // namespace rope
