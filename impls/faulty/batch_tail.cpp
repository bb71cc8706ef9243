// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: with one token in each row, only row 0 of the batch is rotated by its position.
#include "impls/kernel/plugin.hpp"

namespace {

struct BatchTail : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "batch-tail";
  static constexpr const char* summary = "faulty on purpose: in a decode step, rows after the first stay at position 0";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    const bool forgotten = place.in.shape[1] == 1 && place.row > 0;
    return forgotten ? 0 : OneRoundingArithmetic::position(place, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<BatchTail>(abi_version);
}
