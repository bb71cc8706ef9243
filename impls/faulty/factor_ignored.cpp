// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: cos and sin are made without the attention factor.
#include "impls/kernel/plugin.hpp"

namespace {

struct FactorIgnored : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "factor-ignored";
  static constexpr const char* summary = "faulty on purpose: the attention factor is taken for 1";

  static float cos(float angle, float) { return OneRoundingArithmetic::cos(angle, 1); }
  static float sin(float angle, float) { return OneRoundingArithmetic::sin(angle, 1); }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<FactorIgnored>(abi_version);
}
