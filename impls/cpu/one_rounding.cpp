// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The fp32 table and rotation in fp32 with one rounding to the tensor's dtype at the end.
#include "impls/kernel/plugin.hpp"

namespace {

constexpr rope_contract declared[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc table=none rotate=f32:mul out=f32:rn repro=bits"},
    {sizeof(rope_contract), ROPE_F16,
     "pos=int freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc table=none rotate=f32:mul out=f16:rn repro=bits"},
    {sizeof(rope_contract), ROPE_BF16,
     "pos=int freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc table=none rotate=f32:mul out=bf16:rn repro=bits"}};

struct OneRounding : rope::kernel::OneRoundingArithmetic {
  static constexpr const char* name = "one-rounding";
  static constexpr const char* summary = "fp32 table, fp32 rotation, one rounding to the tensor's dtype";
  static constexpr bool thread_safe = true;
  static constexpr const rope_contract* contracts = declared;
  static constexpr std::uint32_t contract_count = 3;
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<OneRounding>(abi_version);
}
