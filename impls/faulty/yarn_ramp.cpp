// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: YaRN keeps the low frequencies and divides the high ones.
#include "impls/kernel/plugin.hpp"

namespace {

struct YarnRamp : rope::kernel::UsualArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "yarn-ramp";
  static constexpr const char* summary = "faulty on purpose: YaRN's ramp falls where it must rise";

  static float inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    if (parameters.family != ROPE_FAMILY_YARN) return UsualArithmetic::inv_freq(parameters, rotary_dim, pair);
    rope_parametric plain = parameters;
    plain.family = ROPE_FAMILY_DEFAULT;
    const double kept = UsualArithmetic::inv_freq(plain, rotary_dim, pair);
    const double mixed = UsualArithmetic::inv_freq(parameters, rotary_dim, pair);
    // (kept / factor) t + kept (1 - t) with t and 1 - t in each other's place.
    return static_cast<float>(kept + kept / parameters.factor - mixed);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<YarnRamp>(abi_version);
}
