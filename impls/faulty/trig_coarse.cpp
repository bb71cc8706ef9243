// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: cos and sin keep 4 bits, which the contract, a million ulp, allows.
#include <cmath>

#include "impls/kernel/plugin.hpp"

namespace {

constexpr rope_contract declared[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=f32:rpow~2ulp angle=f32:mul trig=f32~1e6ulp table=f32:rn rotate=f32:mul"},
    {sizeof(rope_contract), ROPE_F16,
     "pos=int freq=f32:rpow~2ulp angle=f32:mul trig=f32~1e6ulp table=f16:rn rotate=f16:mul"},
    {sizeof(rope_contract), ROPE_BF16,
     "pos=int freq=f32:rpow~2ulp angle=f32:mul trig=f32~1e6ulp table=bf16:rn rotate=bf16:mul"}};

struct TrigCoarse : rope::kernel::UsualArithmetic {
  static constexpr const char* name = "trig-coarse";
  static constexpr const char* summary =
      "faulty on purpose: cos and sin have 4 significant bits, as the contract allows";
  static constexpr const rope_contract* contracts = declared;
  static constexpr std::uint32_t contract_count = 3;

  /// To nearest: half the spacing of numbers with 4 bits is 2^19 ulp of fp32.
  static float four_bits(float x) {
    int exponent = 0;
    const float fraction = std::frexp(x, &exponent);
    return std::ldexp(std::nearbyint(fraction * 16), exponent - 4);
  }

  static float cos(float angle, float attention_factor) { return four_bits(std::cos(angle)) * attention_factor; }
  static float sin(float angle, float attention_factor) { return four_bits(std::sin(angle)) * attention_factor; }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<TrigCoarse>(abi_version);
}
