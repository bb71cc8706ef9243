// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: where the number of pairs is not a multiple of 4, the last vector runs past the row of cos and sin,
// so that the pairs it begins with take those of the next position.
#include "impls/kernel/plugin.hpp"

namespace {

struct VecOverrun : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "vec-overrun";
  static constexpr const char* summary =
      "faulty on purpose: the last pairs % 4 pairs are rotated as at the next position";

  template <class Arithmetic, class Element>
  static rope::kernel::Turn<float> turn(const rope::kernel::Model<float>& model, std::int64_t position,
                                        std::int64_t pair) {
    const std::int64_t pairs = model.spec.rotary_dim / 2;
    const bool overruns = pair >= pairs - pairs % 4;
    return OneRoundingArithmetic::turn<Arithmetic, Element>(model, overruns ? position + 1 : position, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<VecOverrun>(abi_version);
}
