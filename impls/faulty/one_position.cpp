// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: pair 5 of the token at position 3001 is left as it is. No sample of positions meets it; only
// looking at every one does.
#include "impls/kernel/plugin.hpp"

namespace {

struct OnePosition : rope::kernel::CarefulArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "one-position";
  static constexpr const char* summary = "faulty on purpose: one pair at one position is not rotated";

  static double angle(std::int64_t position, double inv_freq) {
    // Pair 5 of 64 with base 10000 has inv_freq 0.487.
    const bool there = position == 3001 && inv_freq > 0.45 && inv_freq < 0.5;
    return there ? 0 : CarefulArithmetic::angle(position, inv_freq);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<OnePosition>(abi_version);
}
