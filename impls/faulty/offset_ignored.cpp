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

  static std::int64_t position(const rope_positions& positions, std::int64_t b, std::int64_t s) {
    return positions.kind == ROPE_POSITIONS_TOKEN ? OneRoundingArithmetic::position(positions, b, s) : s;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<OffsetIgnored>(abi_version);
}
