// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Frequencies, angles, trigonometry and rotation in double, one rounding straight to the tensor's dtype.
#include "impls/kernel/plugin.hpp"

namespace {

constexpr rope_contract declared[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=f64:rpow(glibc) angle=f64:mul trig=f64:glibc table=none rotate=f64:mul out=f32:rn repro=bits"},
    {sizeof(rope_contract), ROPE_F16,
     "pos=int freq=f64:rpow(glibc) angle=f64:mul trig=f64:glibc table=none rotate=f64:mul out=f16:rn repro=bits"},
    {sizeof(rope_contract), ROPE_BF16,
     "pos=int freq=f64:rpow(glibc) angle=f64:mul trig=f64:glibc table=none rotate=f64:mul out=bf16:rn repro=bits"}};

struct Careful : rope::kernel::CarefulArithmetic {
  static constexpr const char* name = "careful";
  static constexpr const char* summary = "everything in double, one rounding to the tensor's dtype";
  static constexpr bool thread_safe = true;
  static constexpr const rope_contract* contracts = declared;
  static constexpr std::uint32_t contract_count = 3;
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<Careful>(abi_version);
}
