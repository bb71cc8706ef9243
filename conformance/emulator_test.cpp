// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The emulator gives the bits of every bundled plug-in: their declared
// contracts are what they compute.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "impls/loaded_plugin.hpp"
#include "reference/contract.hpp"
#include "reference/pipeline/pipeline.hpp"
#include "reference/spec_of.hpp"

namespace rope::conformance {
namespace {

using impls::LoadedPlugin;

struct Model {
  std::string name;
  Spec spec;
};

std::vector<double> factors(double first) {
  std::vector<double> out;
  for (int i = 0; i < 32; ++i) out.push_back(first * (1 + 0.07 * i * i));
  return out;
}

std::vector<Model> models() {
  return {{"base_1e4_d128", spec_of(128, 1e4)},
          {"base_5e5_d128", spec_of(128, 5e5)},
          {"base_1e6_d80", spec_of(80, 1e6)},
          {"base_1e4_d96", spec_of(96, 1e4)},
          {"base_rounded_d64", spec_of(64, 1e7 + 0.3)},
          {"llama_3_1", spec_of(128, 5e5, Llama3Family{8, 1, 4, 8192})},
          {"llama_3_2", spec_of(64, 5e5, Llama3Family{32, 1, 4, 8192})},
          {"llama_3_odd_numbers", spec_of(128, 5e5, Llama3Family{6.7, 1.3, 4.9, 10007})},
          {"dynamic_ntk", spec_of(128, 1e4, DynamicNtkFamily{2, 4096, 12288})},
          {"dynamic_ntk_odd_numbers", spec_of(96, 1e4, DynamicNtkFamily{3.3, 5003, 23456})},
          {"linear_2_7", spec_of(128, 5e5, LinearFamily{2.7})},
          {"proportional", spec_of(96, 1e6, ProportionalFamily{0.25, 3.3})},
          {"yarn_gpt_oss", spec_of(64, 150000, YarnFamily{32, 32, 1, 4096, false}, 1.3465735902799727)},
          {"yarn_odd_numbers", spec_of(80, 1e4, YarnFamily{3.7, 31, 1.3, 5003, true})},
          {"longrope", spec_of(64, 1e4, LongRopeFamily{factors(1), factors(1.08), 4096, 131072})},
          {"attention_factor", spec_of(128, 1e6, DefaultFamily{}, 1.2079441541679836)}};
}

/// What it points at is `spec`'s.
rope_spec for_plugin(const Spec& spec) {
  rope_spec out = impls::usual_spec(ROPE_HALF_SPLIT);
  out.head_dim = static_cast<std::uint32_t>(spec.head_dim);
  out.rotary_dim = static_cast<std::uint32_t>(spec.rotary_dim);
  out.attention_factor = spec.attention_factor;
  out.max_position = spec.max_position;
  rope_parametric& p = out.angles.parametric;
  p.base = spec.theta;
  if (const auto* family = std::get_if<Llama3Family>(&spec.family)) {
    p.family = ROPE_FAMILY_LLAMA3;
    p.factor = family->factor;
    p.low_freq_factor = family->low_freq_factor;
    p.high_freq_factor = family->high_freq_factor;
    p.original_max_position = family->original_max_position;
  } else if (const auto* ntk = std::get_if<DynamicNtkFamily>(&spec.family)) {
    p.family = ROPE_FAMILY_DYNAMIC_NTK;
    p.factor = ntk->factor;
    p.original_max_position = ntk->original_max_position;
    p.sequence_length = ntk->sequence_length;
  } else if (const auto* linear = std::get_if<LinearFamily>(&spec.family)) {
    p.family = ROPE_FAMILY_LINEAR;
    p.factor = linear->factor;
  } else if (const auto* proportional = std::get_if<ProportionalFamily>(&spec.family)) {
    p.family = ROPE_FAMILY_PROPORTIONAL;
    p.proportion = proportional->proportion;
    p.factor = proportional->factor;
  } else if (const auto* yarn = std::get_if<YarnFamily>(&spec.family)) {
    p.family = ROPE_FAMILY_YARN;
    p.factor = yarn->factor;
    p.beta_fast = yarn->beta_fast;
    p.beta_slow = yarn->beta_slow;
    p.original_max_position = yarn->original_max_position;
    p.correction_not_truncated = yarn->truncate ? 0 : 1;
  } else if (const auto* longrope = std::get_if<LongRopeFamily>(&spec.family)) {
    p.family = ROPE_FAMILY_LONGROPE;
    p.short_factor = longrope->short_factor.data();
    p.long_factor = longrope->long_factor.data();
    p.original_max_position = longrope->original_max_position;
    p.sequence_length = longrope->sequence_length;
  }
  return out;
}

rope_dtype dtype_for_plugin(DType dtype) {
  return dtype == DType::f32 ? ROPE_F32 : dtype == DType::f16 ? ROPE_F16 : ROPE_BF16;
}

/// The first 40, the neighbourhoods of powers of two, and some at random, of
/// both signs.
std::vector<std::int64_t> positions(std::uint32_t seed, int random) {
  std::vector<std::int64_t> out;
  for (std::int64_t p = 0; p < 40; ++p) out.push_back(p);
  for (int e = 6; e < 24; ++e) {
    for (std::int64_t near : {-1, 0, 1}) out.push_back((std::int64_t{1} << e) + near);
  }
  out.push_back((1 << 24) - 1);
  std::mt19937 bits(seed);
  for (int n = 0; n < random; ++n) {
    const auto p = static_cast<std::int64_t>(bits() >> (8 + n % 8));
    out.push_back(n % 5 == 0 ? -p : p);
  }
  return out;
}

/// Finite bit patterns of every magnitude, subnormal ones among them.
impls::Tensor any_finite(rope_dtype dtype, impls::Tensor::Index shape, std::uint32_t seed) {
  impls::Tensor x(dtype, shape);
  x.randomize(seed);
  std::mt19937 bits(seed + 1);
  const std::uint32_t mask = dtype == ROPE_F32 ? 0x7f800000U : dtype == ROPE_F16 ? 0x7c00U : 0x7f80U;
  const std::uint32_t sign = dtype == ROPE_F32 ? 0x80000000U : 0x8000U;
  x.for_each([&](impls::Tensor::Index at) {
    if (at[2] == 0) return;  // the first head keeps plain values
    const auto pattern = static_cast<std::uint32_t>(bits()) & (sign | mask | (mask >> 1) | (sign - 1));
    if ((pattern & mask) != mask) x.set(at, pattern & (2 * sign - 1));
  });
  return x;
}

bool both_nan(DType dtype, std::uint32_t a, std::uint32_t b) {
  return std::isnan(to_double(dtype, a)) && std::isnan(to_double(dtype, b));
}

/// Components that differ, of all that were compared.
struct Difference {
  std::size_t compared = 0, different = 0;
  std::string first;
};

Difference compare(const LoadedPlugin& plugin, const Contract& contract, const Spec& spec, DType dtype,
                   Direction direction, const std::vector<std::int64_t>& at) {
  const Pipeline pipeline(spec, contract, dtype);
  const auto tokens = static_cast<std::int64_t>(at.size());
  constexpr std::int64_t heads = 3;
  const impls::Tensor x = any_finite(dtype_for_plugin(dtype), {1, tokens, heads, spec.head_dim}, 20260);
  const impls::Tensor y =
      impls::rotated(plugin, for_plugin(spec), x, at, direction == Direction::forward ? ROPE_FORWARD : ROPE_BACKWARD);
  const auto pairs = static_cast<std::size_t>(spec.pairs());
  std::vector<double> cos(pairs), sin(pairs);
  Difference out;
  for (std::int64_t token = 0; token < tokens; ++token) {
    pipeline.table(at[static_cast<std::size_t>(token)], cos.data(), sin.data());
    for (std::int64_t head = 0; head < heads; ++head) {
      for (int pair = 0; pair < spec.pairs(); ++pair) {
        const std::int64_t e0 = pair, e1 = pair + spec.pairs();
        const auto i = static_cast<std::size_t>(pair);
        const auto want =
            pipeline.rotate(cos[i], sin[i], x.get({0, token, head, e0}), x.get({0, token, head, e1}), direction);
        for (std::size_t component = 0; component < 2; ++component) {
          const std::uint32_t got = y.get({0, token, head, component == 0 ? e0 : e1});
          ++out.compared;
          if (got == want[component] || both_nan(dtype, got, want[component])) continue;
          if (++out.different == 1) {
            out.first = "position " + std::to_string(at[static_cast<std::size_t>(token)]) + " pair " +
                        std::to_string(pair) + " component " + std::to_string(component) + ": " + std::to_string(got) +
                        " and " + std::to_string(want[component]);
          }
        }
      }
    }
  }
  return out;
}

std::string declared(const LoadedPlugin& plugin, DType dtype) {
  const rope_impl_info& info = *plugin.api().describe();
  for (std::uint32_t n = 0; n < info.contract_count; ++n) {
    if (info.contracts[n].dtype == dtype_for_plugin(dtype)) return info.contracts[n].text;
  }
  return {};
}

class Emulator : public testing::TestWithParam<std::string> {};

TEST_P(Emulator, GivesTheBitsOfThePluginByItsDeclaredContract) {
  const LoadedPlugin plugin(GetParam());
  std::uint32_t seed = 1;
  for (const Model& model : models()) {
    for (const DType dtype : tensor_dtypes) {
      SCOPED_TRACE(model.name + " " + std::string(name(dtype)));
      const auto contract = parse_contract(declared(plugin, dtype), dtype);
      ASSERT_TRUE(std::holds_alternative<Contract>(contract)) << std::get<ContractError>(contract).message;
      for (const Direction direction : {Direction::forward, Direction::backward}) {
        const Difference seen =
            compare(plugin, std::get<Contract>(contract), model.spec, dtype, direction, positions(seed++, 400));
        EXPECT_GT(seen.compared, std::size_t{80000});
        EXPECT_EQ(seen.different, 0U) << "of " << seen.compared << ", first " << seen.first;
      }
    }
  }
}

/// Also where what follows the frequencies is not pinned.
class EmulatedFrequencies : public Emulator {};

TEST_P(EmulatedFrequencies, AreThoseOfThePlugin) {
  const LoadedPlugin plugin(GetParam());
  const auto contract = parse_contract(declared(plugin, DType::f32), DType::f32);
  ASSERT_TRUE(std::holds_alternative<Contract>(contract));
  for (const Model& model : models()) {
    impls::Prepared prepared(plugin, for_plugin(model.spec));
    std::vector<double> held(static_cast<std::size_t>(model.spec.pairs()));
    ASSERT_EQ(plugin.api().export_inv_freq(prepared.handle(), held.data(), held.size()), ROPE_OK);
    EXPECT_EQ(declared_inv_freq(std::get<Contract>(contract), model.spec), held) << model.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Bundled, Emulator, testing::Values("usual", "one-rounding", "careful"),
                         [](const auto& one) { return one.param == "one-rounding" ? "one_rounding" : one.param; });

INSTANTIATE_TEST_SUITE_P(Bundled, EmulatedFrequencies, testing::Values("usual", "one-rounding", "careful", "fused"),
                         [](const auto& one) { return one.param == "one-rounding" ? "one_rounding" : one.param; });

/// The template's own contract is open, as its author may have another C library; with glibc's functions this is its
/// arithmetic.
TEST(EmulatorOfTheTemplate, GivesItsBits) {
  const LoadedPlugin plugin("template");
  const auto contract = parse_contract(
      "freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc "
      "table=none rotate=f32:mul out=f32:rn",
      DType::f32);
  ASSERT_TRUE(std::holds_alternative<Contract>(contract));
  for (const Model& model : models()) {
    // The others are not its own.
    if (!std::holds_alternative<DefaultFamily>(model.spec.family) &&
        !std::holds_alternative<Llama3Family>(model.spec.family)) {
      continue;
    }
    for (const Direction direction : {Direction::forward, Direction::backward}) {
      const Difference seen =
          compare(plugin, std::get<Contract>(contract), model.spec, DType::f32, direction, positions(7, 400));
      EXPECT_EQ(seen.different, 0U) << model.name << ": of " << seen.compared << ", first " << seen.first;
    }
  }
}

/// A comparison that cannot fail would say nothing: each stage's contract
/// altered gives other bits.
TEST(EmulatorComparison, SeesEveryStage) {
  const LoadedPlugin plugin("usual");
  const Spec spec = spec_of(96, 5e5);
  const auto different = [&](const std::string& text) {
    const auto contract = parse_contract(text, DType::bf16);
    if (!std::holds_alternative<Contract>(contract)) {
      ADD_FAILURE() << std::get<ContractError>(contract).message;
      return std::size_t{0};
    }
    return compare(plugin, std::get<Contract>(contract), spec, DType::bf16, Direction::forward, positions(3, 400))
        .different;
  };
  EXPECT_EQ(different("freq=f32:rpow(glibc) trig=f32:glibc"), 0U);
  for (const char* text :
       {"freq=f32:cr trig=f32:glibc", "freq=f32:pow(glibc) trig=f32:glibc", "freq=f64:rpow(glibc) trig=f32:glibc",
        "freq=f32:exp(glibc) trig=f32:glibc", "freq=f32:iter(glibc) trig=f32:glibc",
        "pos=bf16 freq=f32:rpow(glibc) trig=f32:glibc", "freq=f32:rpow(glibc) angle=f64 trig=f64:glibc",
        "freq=f32:pow(glibc) angle=f32:iter trig=f32:glibc", "freq=f32:rpow(glibc) trig=f32:glibc table=bf16:rz",
        "freq=f32:rpow(glibc) trig=f32:glibc table=none "
        "rotate=f32:mul out=bf16:rn",
        "freq=f32:rpow(glibc) trig=f32:glibc rotate=f32:mul out=bf16:rz",
        "freq=f32:rpow(glibc) trig=f32:glibc rotate=bf16:fma(xc,xs)",
        "freq=f32:rpow(glibc) trig=f32:glibc rotate=bf16:fma(ys,yc)"}) {
    EXPECT_GT(different(text), 0U) << text;
  }
}

}  // namespace
}  // namespace rope::conformance
