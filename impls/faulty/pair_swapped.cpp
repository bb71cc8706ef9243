// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: the other pairing is used.
#include "impls/kernel/plugin.hpp"

namespace {

struct PairSwapped : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "pair-swapped";
  static constexpr const char* summary =
      "faulty on purpose: pairs interleaved where half-split is asked, and the reverse";

  static std::int64_t element_of_pair(rope_pairing asked, std::int64_t rotary_dim, std::int64_t pair, int which) {
    const rope_pairing other = asked == ROPE_HALF_SPLIT ? ROPE_INTERLEAVED : ROPE_HALF_SPLIT;
    return OneRoundingArithmetic::element_of_pair(other, rotary_dim, pair, which);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<PairSwapped>(abi_version);
}
