// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: of packed tokens with a position on each of several axes, only the first axis is read, as if there
// were a position for each token.
#include "impls/kernel/plugin.hpp"

namespace {

struct PackedAxesIgnored : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "packed-axes-ignored";
  static constexpr const char* summary = "faulty on purpose: all pairs of packed tokens take the position of axis 0";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    const bool packed = place.in.layout == ROPE_THD && place.call.positions.kind == ROPE_POSITIONS_AXES;
    return packed ? rope::kernel::position_on_axis(place.call, place.row, place.token, 0)
                  : OneRoundingArithmetic::position(place, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<PackedAxesIgnored>(abi_version);
}
