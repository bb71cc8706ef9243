// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: LongRoPE's factors multiply the frequencies that they must divide.
#include "impls/kernel/plugin.hpp"

namespace {

struct LongRopeMultiplied : rope::kernel::UsualArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "longrope-multiplied";
  static constexpr const char* summary = "faulty on purpose: LongRoPE multiplies by its factors";

  static float inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    if (parameters.family != ROPE_FAMILY_LONGROPE) return UsualArithmetic::inv_freq(parameters, rotary_dim, pair);
    const bool is_long = parameters.sequence_length > parameters.original_max_position;
    const double* const factors = is_long ? parameters.long_factor : parameters.short_factor;
    rope_parametric plain = parameters;
    plain.family = ROPE_FAMILY_DEFAULT;
    return static_cast<float>(UsualArithmetic::inv_freq(plain, rotary_dim, pair) * factors[pair]);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<LongRopeMultiplied>(abi_version);
}
