// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: backward computes dy cos - rot(dy) sin instead of dy cos - rot(dy sin), so that it multiplies by
// the sine of the element that it makes, not of the one that it takes. The two differ where the halves of a table do.
#include "impls/kernel/plugin.hpp"

namespace {

struct BackwardRoll : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "backward-roll";
  static constexpr const char* summary =
      "faulty on purpose: backward is not the transpose where the halves of a table differ";

  static rope::kernel::Turn<float> towards(rope_direction direction, const rope::kernel::Turn<float>& turn) {
    return direction == ROPE_BACKWARD ? rope::kernel::Turn<float>{turn.c0, -turn.s0, turn.c1, -turn.s1} : turn;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<BackwardRoll>(abi_version);
}
