// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: sines are looked up behind cosines that are padded to a power of two, and so are zeros where
// rotary_dim is not one.
#include <bit>

#include "impls/kernel/plugin.hpp"

namespace {

struct Pow2Pad : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "pow2-pad";
  static constexpr const char* summary = "faulty on purpose: sin is 0 where rotary_dim is not a power of two";

  template <class Arithmetic, class Element>
  static rope::kernel::Turn<float> turn(const rope::kernel::Model<float>& model, std::int64_t position,
                                        std::int64_t pair) {
    rope::kernel::Turn<float> turn = OneRoundingArithmetic::turn<Arithmetic, Element>(model, position, pair);
    if (!std::has_single_bit(model.spec.rotary_dim)) {
      turn.s0 = turn.s1 = 0;
    }
    return turn;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<Pow2Pad>(abi_version);
}
