// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: the first element of a pair is written before it is read for the second, which matters in place.
#include "impls/kernel/plugin.hpp"

namespace {

struct InplaceAlias : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "inplace-alias";
  static constexpr const char* summary =
      "faulty on purpose: in place, the second element of a pair is made of the first one rotated";

  template <class Arithmetic, class Element>
  static void rotate_pair(const rope::kernel::HeadInMemory<Element>& head, const rope::kernel::RotaryPart& part,
                          std::int64_t pair, const rope::kernel::Turn<float>& turn, float scale) {
    const std::int64_t x0 = element_of_head<Arithmetic>(part, part.pairing_in, pair, 0);
    const std::int64_t x1 = element_of_head<Arithmetic>(part, part.pairing_in, pair, 1);
    head.y(element_of_head<Arithmetic>(part, part.pairing_out, pair, 0)) =
        rotate<Element>(head.x(x0), head.x(x1), turn, scale).first;
    head.y(element_of_head<Arithmetic>(part, part.pairing_out, pair, 1)) =
        rotate<Element>(head.x(x0), head.x(x1), turn, scale).second;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<InplaceAlias>(abi_version);
}
