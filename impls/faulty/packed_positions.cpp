// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: positions run on through packed sequences instead of starting anew in each.
#include "impls/kernel/plugin.hpp"

namespace {

struct PackedPositions : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "packed-positions";
  static constexpr const char* summary = "faulty on purpose: positions do not restart in packed sequences";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    return rope::kernel::is_packed(place.call)
               ? place.call.positions.offset + rope::kernel::start_of_sequence(place.call, 0) + place.token
               : OneRoundingArithmetic::position(place, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<PackedPositions>(abi_version);
}
