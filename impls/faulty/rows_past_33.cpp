// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: rows of a batch after the 33rd stay at position 0.
#include "impls/kernel/plugin.hpp"

namespace {

struct RowsPast33 : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "rows-past-33";
  static constexpr const char* summary = "faulty on purpose: rows after the 33rd of a batch stay at position 0";

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    return place.row >= 33 ? 0 : OneRoundingArithmetic::position(place, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<RowsPast33>(abi_version);
}
