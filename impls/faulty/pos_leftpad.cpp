// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: a padded row, whose first two tokens share a position, is rotated by token index.
#include "impls/kernel/plugin.hpp"

namespace {

struct PosLeftpad : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "pos-leftpad";
  static constexpr const char* summary = "faulty on purpose: rows with padding on the left are rotated by token index";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    const auto of_token = [&](std::int64_t token) {
      return rope::kernel::position_of(place.call, place.row, token, pair);
    };
    const bool several_rows = place.call.positions.kind == ROPE_POSITIONS_TOKEN && place.in.shape[0] > 1;
    const bool padded = several_rows && place.in.shape[1] > 1 && of_token(0) == of_token(1);
    return padded ? place.token : of_token(place.token);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<PosLeftpad>(abi_version);
}
