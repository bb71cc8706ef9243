// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: each pair takes 0 times the pair after it, as a product with a whole matrix does.
#include <cmath>

#include "impls/kernel/plugin.hpp"

namespace {

struct NanSpreads : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "nan-spreads";
  static constexpr const char* summary = "faulty on purpose: a NaN or infinity spreads to the pair before its own";

  template <class Arithmetic, class Element>
  static void rotate_pair(const rope::kernel::HeadInMemory<Element>& head, const rope::kernel::RotaryPart& part,
                          std::int64_t pair, const rope::kernel::Turn<float>& turn, float scale) {
    OneRoundingArithmetic::rotate_pair<Arithmetic, Element>(head, part, pair, turn, scale);
    if (pair + 1 == part.dim / 2) {
      return;
    }
    for (const int which : {0, 1}) {
      // Not yet rotated, in place too.
      const float next = head.x(element_of_head<Arithmetic>(part, part.pairing_in, pair + 1, which));
      typename Element::Storage& y = head.y(element_of_head<Arithmetic>(part, part.pairing_out, pair, which));
      // Subtracting +0 keeps every number, -0 included: finite inputs give the right bits.
      y = Element::round(Element::value(y) - 0.0F * std::abs(next));
    }
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<NanSpreads>(abi_version);
}
