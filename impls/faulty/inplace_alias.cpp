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
  static void rotate_pair(const rope::kernel::HeadInMemory<Element>& head, const rope_spec& spec, std::int64_t pair,
                          float cos, float sin) {
    const std::int64_t e0 = element_of_head<Arithmetic>(spec, pair, 0);
    const std::int64_t e1 = element_of_head<Arithmetic>(spec, pair, 1);
    head.y(e0) = rotate<Element>(head.x(e0), head.x(e1), cos, sin).first;
    head.y(e1) = rotate<Element>(head.x(e0), head.x(e1), cos, sin).second;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<InplaceAlias>(abi_version);
}
