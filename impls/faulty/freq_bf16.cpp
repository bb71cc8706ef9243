// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: inv_freq goes through bf16, as when a module with its buffers is cast.
#include "impls/kernel/plugin.hpp"

namespace {

struct FreqBf16 : rope::kernel::UsualArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "freq-bf16";
  static constexpr const char* summary = "faulty on purpose: inv_freq is rounded to bf16";

  static float inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    using rope::kernel::Bf16;
    return Bf16::value(Bf16::round(UsualArithmetic::inv_freq(parameters, rotary_dim, pair)));
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<FreqBf16>(abi_version);
}
