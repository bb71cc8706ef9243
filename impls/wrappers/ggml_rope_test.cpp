// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the iterated product of ggml-rope costs: its angle error on the models of the catalogue up to their limits, in
// units of 2^-24 of the angle and as a part of what the suite allows. And YaRN's ramp, which only the op has.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <numbers>
#include <set>
#include <string>
#include <vector>

#include "impls/loaded_plugin.hpp"
#include "impls/wrappers/ggml_rope_op.hpp"

namespace rope::impls {
namespace {

struct Model {
  const char* name;
  std::uint32_t rotary_dim;
  double base;
  std::int64_t limit;
  double factor;  ///< Llama 3, else 0
};
constexpr Model catalogue[] = {
    {"gpt-j-6b", 64, 1e4, 2048, 0},
    {"llama-2-7b", 128, 1e4, 4096, 0},
    {"llama-3-8b", 128, 5e5, 8192, 0},
    {"llama-3.1-8b", 128, 5e5, 131072, 8},
    {"llama-3.2-1b", 64, 5e5, 131072, 32},
    {"mistral-7b-v0.1", 128, 1e4, 32768, 0},
    {"mistral-nemo-12b", 128, 1e6, 131072, 0},
    {"phi-2", 32, 1e4, 2048, 0},
    {"pythia-1b", 64, 1e4, 2048, 0},
    {"qwen3-8b", 128, 1e6, 40960, 0},
};

double ulp(double x) {
  const auto single = static_cast<float>(x);
  return static_cast<double>(std::nextafter(single, std::numeric_limits<float>::infinity()) - single);
}

/// Some of the first, some of the last, and some between, the hard positions of pair 0 among them.
std::vector<std::int32_t> sampled(std::int64_t limit) {
  std::set<std::int32_t> positions{0, 355, 52174, 104348};
  for (std::int64_t n = 0; n < 64; ++n) {
    positions.insert(static_cast<std::int32_t>(n));
    positions.insert(static_cast<std::int32_t>(limit - 1 - n));
  }
  for (std::int64_t n = 0; n < 512; ++n) {
    positions.insert(static_cast<std::int32_t>(limit * n / 512 + n % 7));
  }
  positions.erase(positions.lower_bound(static_cast<std::int32_t>(limit)), positions.end());
  return {positions.begin(), positions.end()};
}

rope_spec spec_of(const Model& model) {
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  spec.head_dim = spec.rotary_dim = model.rotary_dim;
  spec.max_position = model.limit;
  if (model.factor != 0) {
    scale_as_llama3(spec);
    spec.angles.parametric.factor = model.factor;
  }
  spec.angles.parametric.base = model.base;
  return spec;
}

/// inv_freq by the formula of the family, in the precision of long double, 2^-64.
long double inv_freq(const Model& model, std::uint32_t i) {
  const long double plain = std::pow(static_cast<long double>(model.base), -2.0L * i / model.rotary_dim);
  if (model.factor == 0) {
    return plain;
  }
  const long double factor = static_cast<long double>(model.factor);
  const long double turns = 8192 * plain / (2 * std::numbers::pi_v<long double>);
  const long double kept = std::clamp((turns - 1) / 3, 0.0L, 1.0L);
  return kept * plain + (1 - kept) * plain / factor;
}

/// At most the angle error that the suite's usual pipeline is entitled to (docs/numerics.md, S1 and S2; every
/// rotary_dim here is a power of two and every base a number of fp32). In Llama 3's band the true sum is larger.
double usual_error(const Model& model, std::uint32_t i, std::int64_t position) {
  const double plain = std::pow(model.base, -2.0 * i / model.rotary_dim);
  const double scaled = static_cast<double>(inv_freq(model, i)) / plain;
  const double s1 = i == 0 ? 0 : 2 * plain * plain * ulp(1 / plain) + 0.5 * ulp(plain);
  return static_cast<double>(position) * s1 * scaled + 0.5 * ulp(static_cast<double>(position) * plain * scaled);
}

TEST(GgmlRope, TheIteratedProductStaysInsideTheSuitesLimit) {
  const LoadedPlugin plugin("wrappers/ggml-rope");
  double worst_units = 0, worst_part = 0;
  for (const Model& model : catalogue) {
    const std::int64_t pairs = model.rotary_dim / 2;
    const std::vector<std::int32_t> positions = sampled(model.limit);
    const auto count = static_cast<std::int64_t>(positions.size());
    Tensor in(ROPE_F32, {1, count, 1, 2 * pairs}), out(in);
    in.for_each([&](Tensor::Index at) { in.set(at, Tensor::to_bits(ROPE_F32, at[3] < pairs ? 1 : 0)); });
    rope_positions given = token_positions({});
    given.dtype = ROPE_I32;
    given.data = positions.data();
    Prepared prepared(plugin, spec_of(model));
    ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), given)), ROPE_OK) << prepared.error();

    double units = 0, part = 0, radians = 0;
    std::int64_t at_pair = 0, at_position = 0;
    for (std::int64_t t = 0; t < count; ++t) {
      const std::int64_t p = positions[static_cast<std::size_t>(t)];
      for (std::int64_t i = 0; i < pairs; ++i) {
        const long double angle = static_cast<long double>(p) * inv_freq(model, static_cast<std::uint32_t>(i));
        const long double c = static_cast<long double>(out.value({0, t, 0, i}));
        const long double s = static_cast<long double>(out.value({0, t, 0, i + pairs}));
        const long double off =
            std::atan2(s * std::cos(angle) - c * std::sin(angle), c * std::cos(angle) + s * std::sin(angle));
        const double error = std::abs(static_cast<double>(off));
        if (i == 0) {
          EXPECT_LT(error, 0x1p-22) << "pair 0 has no product: " << model.name << " " << p;
          continue;
        }
        radians = std::max(radians, error);
        // Below 64 radians the errors of cosine and sine, an ulp each, would count as many units of the angle.
        if (angle >= 64) {
          units = std::max(units, error / static_cast<double>(angle) / 0x1p-24);
        }
        const double limit = 16 * usual_error(model, static_cast<std::uint32_t>(i), p);
        if (p > 0 && angle >= 1 && error / limit > part) {
          part = error / limit;
          at_pair = i, at_position = p;
        }
      }
    }
    std::printf("%-17s %5.1f units of 2^-24 of the angle, %.1e rad, %.2f of the limit (position %lld, pair %lld)\n",
                model.name, units, radians, part, static_cast<long long>(at_position), static_cast<long long>(at_pair));
    worst_units = std::max(worst_units, units), worst_part = std::max(worst_part, part);
  }
  EXPECT_LT(worst_part, 1) << "past E(16, 2) in its angle term";
  // 4 to 36 units is what iterating costs; less would mean that nothing is iterated.
  EXPECT_GT(worst_units, 4);
  EXPECT_LT(worst_units, 36);
}

/// Hugging Face's formula for the frequency of pair i, in binary64.
double yarn_frequency(int i, int dim, double base, double factor, double original) {
  const auto correction = [&](double turns) {
    return dim * std::log(original / (turns * 2 * std::numbers::pi)) / (2 * std::log(base));
  };
  const double low = std::max(std::floor(correction(32)), 0.0), high = std::min(std::ceil(correction(1)), dim - 1.0);
  const double ramp = std::clamp((i - low) / (low == high ? 0.001 : high - low), 0.0, 1.0);
  const double plain = std::pow(base, -2.0 * i / dim);
  return plain / factor * ramp + plain * (1 - ramp);
}

TEST(GgmlRope, YarnsRampIsThatOfTheModels) {
  // Qwen3 with YaRN 4.
  constexpr int dim = 128;
  const std::vector<std::int32_t> positions{0, 1, 1000, 32767, 131071};
  std::vector<float> x(static_cast<std::size_t>(dim) * positions.size(), 0.0F), y(x);
  for (std::size_t n = 0; n < x.size(); n += 2) {
    x[n] = 1;
  }
  ggml_rope::Parameters p;
  p.n_dims = dim, p.n_ctx_orig = 32768, p.freq_base = 1e6F, p.freq_scale = 0.25F, p.ext_factor = 1;
  const auto count = static_cast<std::int64_t>(positions.size());
  const auto tensor = [&](std::vector<float>& data) {
    return ggml_rope::Tensor{ggml_rope::Type::f32, data.data(), {dim, 1, count, 1}, {4, 4 * dim, 4 * dim, 0}};
  };
  ggml_rope::rope_ext(tensor(x), positions.data(), p, tensor(y));

  const double size = 1 + 0.1 * std::log(4.0);
  for (std::size_t t = 0; t < positions.size(); ++t) {
    for (int i = 0; i < dim / 2; ++i) {
      const double angle = positions[t] * yarn_frequency(i, dim, 1e6, 4, 32768);
      // i products and a power, as in wrappers_test.cpp, and six roundings of the ramp, of which each moves the angle
      // by less than the unscaled one, 4 times the scaled one; then cosine, sine and their factor, 6 u.
      const double limit = (angle * (3.3 * i + 4 * 6) + 6) * 0x1p-24 * size;
      const std::size_t at = t * dim + static_cast<std::size_t>(2 * i);
      EXPECT_NEAR(static_cast<double>(y[at]), size * std::cos(angle), limit) << positions[t] << " " << i;
      EXPECT_NEAR(static_cast<double>(y[at + 1]), size * std::sin(angle), limit) << positions[t] << " " << i;
    }
  }

  std::vector<float> back(y);
  ggml_rope::rope_ext_back(tensor(y), positions.data(), p, tensor(back));
  for (std::size_t n = 0; n < x.size(); ++n) {
    // Turned back, with the factor twice: three roundings a step, of numbers of at most size each way.
    EXPECT_NEAR(static_cast<double>(back[n]), size * size * static_cast<double>(x[n]), 8 * 0x1p-24 * size * size);
  }
}

}  // namespace
}  // namespace rope::impls
