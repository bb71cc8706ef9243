// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: every rotation lengthens by 1.01, as an attention factor does where a model has none.
#include "impls/kernel/plugin.hpp"

namespace {

struct NormScaled : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "norm-scaled";
  static constexpr const char* summary = "faulty on purpose: cos and sin are 1.01 times too large";

  static float cos(float angle, float attention_factor) {
    return OneRoundingArithmetic::cos(angle, attention_factor) * 1.01F;
  }
  static float sin(float angle, float attention_factor) {
    return OneRoundingArithmetic::sin(angle, attention_factor) * 1.01F;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<NormScaled>(abi_version);
}
