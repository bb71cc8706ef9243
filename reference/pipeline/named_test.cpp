// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The named pipelines are pinned contracts of their dtype, and their arithmetic is what they are named after.
#include "reference/pipeline/named.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "reference/pipeline/pipeline.hpp"

namespace rope {
namespace {

Spec spec_of(Family family, double attention_factor) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = 80;
  spec.theta = 5e5;
  spec.family = std::move(family);
  spec.attention_factor = attention_factor;
  spec.max_position = 131072;
  return spec;
}

TEST(NamedPipelines, ArePinnedForEveryFamilyThatIsComputed) {
  for (const NamedPipeline& one : named_pipelines()) {
    const auto contract = named_pipeline(one.name);
    ASSERT_TRUE(contract) << one.name;
    EXPECT_EQ(contract->tensor_dtype(), one.dtype);
    for (const Family& family :
         {Family{DefaultFamily{}}, Family{Llama3Family{8, 1, 4, 8192}}, Family{DynamicNtkFamily{2, 4096, 9000}}}) {
      EXPECT_EQ(not_pinned(*contract, spec_of(family, 1.25)), std::nullopt) << one.name;
    }
    EXPECT_EQ(below_floor(*contract), std::nullopt);
  }
}

TEST(NamedPipelines, OthersAreNotKnown) {
  EXPECT_EQ(named_pipeline("hf-eager"), std::nullopt);
  EXPECT_EQ(named_pipeline(""), std::nullopt);
}

/// modeling_llama.py read as code, in this machine's fp32.
TEST(NamedPipelines, EagerModeIsItsSourceStepByStep) {
  const Spec spec = spec_of(Llama3Family{8, 1, 4, 8192}, 1.2079441541679836);
  for (const char* name : {"hf-eager-f32", "hf-eager-f16", "hf-eager-bf16"}) {
    const Contract contract = *named_pipeline(name);
    const DType dtype = contract.tensor_dtype();
    const Pipeline pipeline(spec, contract, dtype);
    const auto cast = [&](double v) { return static_cast<float>(round_to(dtype, v)); };
    std::mt19937 bits(5);
    for (int n = 0; n < 20000; ++n) {
      const int pair = static_cast<int>(bits() % 40);
      const auto position = static_cast<std::int64_t>(bits() % 131072);
      float inv_freq = 1.0F / std::pow(5e5F, static_cast<float>(2 * pair) / 80.0F);
      const float wavelen = (1.0F / inv_freq) * static_cast<float>(2 * std::numbers::pi);
      if (wavelen > 8192.0F) {
        inv_freq = inv_freq / 8.0F;
      } else if (!(wavelen < 2048.0F)) {
        const float smooth = ((1.0F / wavelen) * 8192.0F - 1.0F) / 3.0F;
        inv_freq = (1.0F - smooth) * inv_freq / 8.0F + smooth * inv_freq;
      }
      const float freq = inv_freq * static_cast<float>(position);
      const float scaling = static_cast<float>(1.2079441541679836);
      const float cos = cast(static_cast<double>(std::cos(freq) * scaling));
      const float sin = cast(static_cast<double>(std::sin(freq) * scaling));
      const auto b0 =
          static_cast<std::uint32_t>(round_to_bits(dtype, std::ldexp(static_cast<double>(bits()), -31) - 1));
      const auto b1 =
          static_cast<std::uint32_t>(round_to_bits(dtype, std::ldexp(static_cast<double>(bits()), -31) - 1));
      const auto x0 = static_cast<float>(to_double(dtype, b0)), x1 = static_cast<float>(to_double(dtype, b1));
      const auto op = [&](float v) { return cast(static_cast<double>(v)); };
      const float y0 = op(op(x0 * cos) + op(-x1 * sin)), y1 = op(op(x1 * cos) + op(x0 * sin));
      const Pipeline::Stages stages = pipeline.stages(position, pair);
      const auto got = pipeline.rotate(stages.table_cos, stages.table_sin, b0, b1, Direction::forward);
      ASSERT_EQ(stages.inv_freq, static_cast<double>(inv_freq));
      ASSERT_EQ(to_double(dtype, got[0]), static_cast<double>(y0)) << name << " " << position << " " << pair;
      ASSERT_EQ(to_double(dtype, got[1]), static_cast<double>(y1)) << name << " " << position << " " << pair;
    }
  }
}

}  // namespace
}  // namespace rope
