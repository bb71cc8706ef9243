// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: height and width take each other's positions: of two axes both are exchanged, of three the last
// two.
#include "impls/kernel/plugin.hpp"

namespace {

struct AxesSwapped : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "axes-swapped";
  static constexpr const char* summary = "faulty on purpose: height and width exchange their positions";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    const rope_positions& given = place.call.positions;
    if (given.kind != ROPE_POSITIONS_AXES) return OneRoundingArithmetic::position(place, pair);
    const std::uint32_t axis = given.pair_axis[pair];
    return rope::kernel::position_on_axis(place.call, place.row, place.token,
                                          given.axes >= 2 && axis + 2 >= given.axes ? 2 * given.axes - 3 - axis : axis);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<AxesSwapped>(abi_version);
}
