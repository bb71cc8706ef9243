// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The usual pipeline: fp32 table cast to the tensor's dtype, every operation of the rotation in that dtype.
#include "impls/kernel/plugin.hpp"

namespace {

constexpr rope_contract declared[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc table=f32:rn rotate=f32:mul repro=bits"},
    {sizeof(rope_contract), ROPE_F16,
     "pos=int freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc table=f16:rn rotate=f16:mul repro=bits"},
    {sizeof(rope_contract), ROPE_BF16,
     "pos=int freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc table=bf16:rn rotate=bf16:mul repro=bits"}};

struct Usual : rope::kernel::UsualArithmetic {
  static constexpr const char* name = "usual";
  static constexpr const char* summary =
      "what transformers does in eager mode: table and every operation in the tensor's dtype";
  static constexpr bool thread_safe = true;
  static constexpr const rope_contract* contracts = declared;
  static constexpr std::uint32_t contract_count = 3;
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<Usual>(abi_version);
}
