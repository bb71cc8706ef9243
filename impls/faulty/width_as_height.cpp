// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: where there are three axes, width takes the height's positions; two are read right.
#include "impls/kernel/plugin.hpp"

namespace {

struct WidthAsHeight : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "width-as-height";
  static constexpr const char* summary = "faulty on purpose: of three axes the third takes the second's position";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    const rope_positions& given = place.call.positions;
    if (given.kind != ROPE_POSITIONS_AXES || given.axes != 3) return OneRoundingArithmetic::position(place, pair);
    return rope::kernel::position_on_axis(place.call, place.row, place.token, given.pair_axis[pair] == 0 ? 0 : 1);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<WidthAsHeight>(abi_version);
}
