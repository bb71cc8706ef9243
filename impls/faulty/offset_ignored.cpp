// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: an offset, or one for each row, is taken as 0, as when a decoding step starts anew.
#include "impls/kernel/plugin.hpp"

namespace {

struct OffsetIgnored : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "offset-ignored";
  static constexpr const char* summary =
      "faulty on purpose: token s stands at s wherever positions are given by offsets";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    const rope_position_kind kind = place.call.positions.kind;
    return kind == ROPE_POSITIONS_OFFSET || kind == ROPE_POSITIONS_BATCH_OFFSET
               ? rope::kernel::place_in_sequence(place.call, place.token).index
               : OneRoundingArithmetic::position(place, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<OffsetIgnored>(abi_version);
}
