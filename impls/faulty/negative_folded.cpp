// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: a negative position is taken for its opposite, as by a conversion to an unsigned table row.
#include <cstdint>

#include "impls/kernel/plugin.hpp"

namespace {

struct NegativeFolded : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "negative-folded";
  static constexpr const char* summary = "faulty on purpose: a negative position turns forward";

  static float angle(std::int64_t position, float inv_freq) {
    return OneRoundingArithmetic::angle(position < 0 ? -position : position, inv_freq);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<NegativeFolded>(abi_version);
}
