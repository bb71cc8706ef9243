// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: from position 4096 on nothing rotates. The contract, an absolute error of 2, allows any rotation.
#include "impls/kernel/plugin.hpp"

namespace {

constexpr rope_contract declared[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=f32:rpow~2ulp angle=f32:mul trig=f32~2abs table=f32:rn rotate=f32:mul"},
    {sizeof(rope_contract), ROPE_F16,
     "pos=int freq=f32:rpow~2ulp angle=f32:mul trig=f32~2abs table=f16:rn rotate=f16:mul"},
    {sizeof(rope_contract), ROPE_BF16,
     "pos=int freq=f32:rpow~2ulp angle=f32:mul trig=f32~2abs table=bf16:rn rotate=bf16:mul"}};

struct IdentityFar : rope::kernel::UsualArithmetic {
  static constexpr const char* name = "identity-far";
  static constexpr const char* summary =
      "faulty on purpose: the identity from position 4096 on, as the contract allows";
  static constexpr const rope_contract* contracts = declared;
  static constexpr std::uint32_t contract_count = 3;

  static float angle(std::int64_t position, float inv_freq) {
    return position < 4096 ? UsualArithmetic::angle(position, inv_freq) : 0;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<IdentityFar>(abi_version);
}
