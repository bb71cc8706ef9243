// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: LongRoPE's short list is used for every length.
#include "impls/kernel/plugin.hpp"

namespace {

struct LongRopeList : rope::kernel::UsualArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "longrope-list";
  static constexpr const char* summary = "faulty on purpose: LongRoPE takes short_factor past the original length, too";

  static float inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    rope_parametric within = parameters;
    if (within.family == ROPE_FAMILY_LONGROPE) within.sequence_length = within.original_max_position;
    return UsualArithmetic::inv_freq(within, rotary_dim, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<LongRopeList>(abi_version);
}
