// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: an offset is forgotten where a call has one token, as in a decode step.
#include "impls/kernel/plugin.hpp"

namespace {

struct DecodeZero : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "decode-zero";
  static constexpr const char* summary =
      "faulty on purpose: a decode step is rotated at position 0 where positions are given by offsets";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    const rope_position_kind kind = place.call.positions.kind;
    const bool by_offset =
        kind == ROPE_POSITIONS_BATCH_OFFSET || (kind == ROPE_POSITIONS_OFFSET && !rope::kernel::is_packed(place.call));
    return by_offset && place.in.shape[1] == 1 ? 0 : OneRoundingArithmetic::position(place, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<DecodeZero>(abi_version);
}
