// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: rotates by -p inv_freq.
#include "impls/kernel/plugin.hpp"

namespace {

struct SignFlip : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "sign-flip";
  static constexpr const char* summary = "faulty on purpose: rotates by minus the angle";

  static float angle(std::int64_t position, float inv_freq) {
    return -OneRoundingArithmetic::angle(position, inv_freq);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<SignFlip>(abi_version);
}
