// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: YaRN's correction dims are made integers whatever the model says.
#include "impls/kernel/plugin.hpp"

namespace {

struct YarnTruncate : rope::kernel::UsualArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "yarn-truncate";
  static constexpr const char* summary = "faulty on purpose: YaRN's correction dims always go through floor and ceil";

  static float inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    rope_parametric truncated = parameters;
    truncated.correction_not_truncated = 0;
    return UsualArithmetic::inv_freq(truncated, rotary_dim, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<YarnTruncate>(abi_version);
}
