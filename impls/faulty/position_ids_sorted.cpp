// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: positions given for each token are taken to rise, and where one falls the greatest before it stays.
#include <algorithm>

#include "impls/kernel/plugin.hpp"

namespace {

struct PositionIdsSorted : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "position-ids-sorted";
  static constexpr const char* summary = "faulty on purpose: positions of tokens never fall";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    std::int64_t greatest = OneRoundingArithmetic::position(place, pair);
    for (std::int64_t s = 0; place.call.positions.kind == ROPE_POSITIONS_TOKEN && s < place.token; ++s) {
      greatest = std::max(greatest, rope::kernel::position_of(place.call, place.row, s, pair));
    }
    return greatest;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<PositionIdsSorted>(abi_version);
}
