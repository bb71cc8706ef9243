// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: every token is rotated as if it stood one later.
#include "impls/kernel/plugin.hpp"

namespace {

struct PosOffByOne : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "pos-off-by-one";
  static constexpr const char* summary = "faulty on purpose: positions start at 1";

  static float angle(std::int64_t position, float inv_freq) {
    return OneRoundingArithmetic::angle(position + 1, inv_freq);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<PosOffByOne>(abi_version);
}
