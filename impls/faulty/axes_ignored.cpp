// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: of positions with several axes, only the first is used.
#include "impls/kernel/plugin.hpp"

namespace {

struct AxesIgnored : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "axes-ignored";
  static constexpr const char* summary = "faulty on purpose: all pairs take the position of axis 0";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    const rope_positions& given = place.call.positions;
    return given.kind == ROPE_POSITIONS_AXES
               ? rope::kernel::position_at(given, place.row * given.batch_stride + place.token * given.token_stride)
               : OneRoundingArithmetic::position(place, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<AxesIgnored>(abi_version);
}
