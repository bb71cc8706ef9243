// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: k is rotated by the other pairing than q.
#include "impls/kernel/plugin.hpp"

namespace {

struct PairKOnly : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "pair-k-only";
  static constexpr const char* summary =
      "faulty on purpose: k pairs interleaved where half-split is asked, and the reverse";

  static rope_pairing other(rope_pairing asked) {
    return asked == ROPE_HALF_SPLIT ? ROPE_INTERLEAVED : ROPE_HALF_SPLIT;
  }

  template <class Arithmetic, class Element>
  static void rotate_pair(const rope::kernel::HeadInMemory<Element>& head, rope::kernel::RotaryPart part,
                          std::int64_t pair, const rope::kernel::Turn<float>& turn, float scale) {
    if (!head.place.is_query) {
      part.pairing_in = other(part.pairing_in);
      part.pairing_out = other(part.pairing_out);
    }
    OneRoundingArithmetic::rotate_pair<Arithmetic, Element>(head, part, pair, turn, scale);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<PairKOnly>(abi_version);
}
