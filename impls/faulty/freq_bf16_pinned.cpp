// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong as freq-bf16 is, and says so in a contract that leaves nothing open.
#include "impls/kernel/plugin.hpp"

namespace {

constexpr rope_contract declared[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=bf16:rpow(glibc) angle=f32:mul trig=f32:glibc table=f32:rn rotate=f32:mul"},
    {sizeof(rope_contract), ROPE_F16,
     "pos=int freq=bf16:rpow(glibc) angle=f32:mul trig=f32:glibc table=f16:rn rotate=f16:mul"},
    {sizeof(rope_contract), ROPE_BF16,
     "pos=int freq=bf16:rpow(glibc) angle=f32:mul trig=f32:glibc table=bf16:rn rotate=bf16:mul"}};

struct FreqBf16Pinned : rope::kernel::UsualArithmetic {
  static constexpr const char* name = "freq-bf16-pinned";
  static constexpr const char* summary = "faulty on purpose: inv_freq is rounded to bf16, as the pinned contract says";
  static constexpr const rope_contract* contracts = declared;
  static constexpr std::uint32_t contract_count = 3;

  static float inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    using rope::kernel::Bf16;
    return Bf16::value(Bf16::round(UsualArithmetic::inv_freq(parameters, rotary_dim, pair)));
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<FreqBf16Pinned>(abi_version);
}
