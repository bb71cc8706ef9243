// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: in the layout bhsd the axes of heads and tokens are exchanged where positions are looked up.
#include "impls/kernel/plugin.hpp"

namespace {

struct AxisSwap : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "axis-swap";
  static constexpr const char* summary = "faulty on purpose: in bhsd, position by head instead of token";

  static constexpr bool heads_differ = true;

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    if (place.in.layout != ROPE_BHSD) {
      return OneRoundingArithmetic::position(place, pair);
    }
    // Modulo, so that no position is read that the caller did not give.
    const rope::kernel::Place exchanged{place.call, place.in, place.is_query, place.row, place.head % place.in.shape[1],
                                        place.token};
    return OneRoundingArithmetic::position(exchanged, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<AxisSwap>(abi_version);
}
