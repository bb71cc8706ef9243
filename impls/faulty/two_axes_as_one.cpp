// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: where there are two axes, as in vision towers, all pairs take the second; three are read right.
#include "impls/kernel/plugin.hpp"

namespace {

struct TwoAxesAsOne : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "two-axes-as-one";
  static constexpr const char* summary = "faulty on purpose: of two axes only the second is used";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    const rope_positions& given = place.call.positions;
    if (given.kind != ROPE_POSITIONS_AXES || given.axes != 2) return OneRoundingArithmetic::position(place, pair);
    return rope::kernel::position_on_axis(place.call, place.row, place.token, 1);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<TwoAxesAsOne>(abi_version);
}
