// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: heads after the eighth stay at position 0, as where a grid has blocks for eight heads.
#include "impls/kernel/plugin.hpp"

namespace {

struct HeadsPast8 : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "heads-past-8";
  static constexpr const char* summary = "faulty on purpose: heads after the eighth stay at position 0";

  static constexpr bool heads_differ = true;

  static std::int64_t position(const rope::kernel::Place& place, std::int64_t pair) {
    return place.head >= 8 ? 0 : OneRoundingArithmetic::position(place, pair);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<HeadsPast8>(abi_version);
}
