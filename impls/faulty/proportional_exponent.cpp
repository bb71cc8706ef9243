// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: proportional RoPE divides its exponents by the number of elements that turn, as partial rotary
// does.
#include "impls/kernel/plugin.hpp"

namespace {

struct ProportionalExponent : rope::kernel::UsualArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "proportional-exponent";
  static constexpr const char* summary = "faulty on purpose: proportional RoPE has the exponents of partial rotary";

  static float inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    if (parameters.family != ROPE_FAMILY_PROPORTIONAL) {
      return UsualArithmetic::inv_freq(parameters, rotary_dim, pair);
    }
    const auto turning = static_cast<std::uint32_t>(parameters.proportion * rotary_dim / 2);
    if (pair >= turning) return 0;
    rope_parametric plain = parameters;
    plain.family = ROPE_FAMILY_DEFAULT;
    return static_cast<float>(UsualArithmetic::inv_freq(plain, 2 * turning, pair) / parameters.factor);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<ProportionalExponent>(abi_version);
}
