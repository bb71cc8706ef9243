// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: the direction is ignored, so that the gradient is rotated like the values.
#include "impls/kernel/plugin.hpp"

namespace {

struct BackwardSign : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "backward-sign";
  static constexpr const char* summary = "faulty on purpose: backward rotates forward";

  static rope::kernel::Turn<float> towards(rope_direction, const rope::kernel::Turn<float>& turn) { return turn; }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<BackwardSign>(abi_version);
}
