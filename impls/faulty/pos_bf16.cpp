// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: positions go through bf16, which holds every integer only up to 256.
#include "impls/kernel/plugin.hpp"

namespace {

struct PosBf16 : rope::kernel::UsualArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "pos-bf16";
  static constexpr const char* summary = "faulty on purpose: positions are rounded to bf16";

  static float angle(std::int64_t position, float inv_freq) {
    using rope::kernel::Bf16;
    return Bf16::value(Bf16::round(static_cast<double>(position))) * inv_freq;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<PosBf16>(abi_version);
}
