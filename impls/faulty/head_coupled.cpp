// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: the last of several heads is rotated as at the next position, so that a head's result depends on
// where it stands among the others.
#include "impls/kernel/plugin.hpp"

namespace {

struct HeadCoupled : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "head-coupled";
  static constexpr const char* summary = "faulty on purpose: the last of several heads is one position ahead";

  static constexpr bool heads_differ = true;

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    const bool is_last = place.in.shape[2] > 1 && place.head == place.in.shape[2] - 1;
    return OneRoundingArithmetic::position(place, pair) + (is_last ? 1 : 0);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<HeadCoupled>(abi_version);
}
