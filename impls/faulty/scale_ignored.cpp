// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: the parameters of Llama 3 scaling are ignored.
#include "impls/kernel/plugin.hpp"

namespace {

struct ScaleIgnored : rope::kernel::UsualArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "scale-ignored";
  static constexpr const char* summary = "faulty on purpose: the scaling of a model's frequencies is ignored";

  static float inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    rope_parametric unscaled = parameters;
    unscaled.family = ROPE_FAMILY_DEFAULT;
    return UsualArithmetic::inv_freq(unscaled, rotary_dim, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<ScaleIgnored>(abi_version);
}
