// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: Llama 3's scaling has no smooth band: what is not divided is kept.
#include "impls/kernel/plugin.hpp"

namespace {

struct Llama3Band : rope::kernel::UsualArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "llama3-band";
  static constexpr const char* summary = "faulty on purpose: Llama 3's scaling switches without a band between";

  static float inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    if (parameters.family != ROPE_FAMILY_LLAMA3) return UsualArithmetic::inv_freq(parameters, rotary_dim, pair);
    rope_parametric plain = parameters;
    plain.family = ROPE_FAMILY_DEFAULT;
    const double kept = UsualArithmetic::inv_freq(plain, rotary_dim, pair);
    const double turns = static_cast<double>(parameters.original_max_position) * kept / rope::kernel::two_pi<double>();
    return static_cast<float>(turns < parameters.low_freq_factor ? kept / parameters.factor : kept);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<Llama3Band>(abi_version);
}
