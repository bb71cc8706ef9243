// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: a position outside the range is to be an error, and is rotated by without a word.
#include "impls/kernel/plugin.hpp"

namespace {

struct RangeSilent : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "range-silent";
  static constexpr const char* summary =
      "faulty on purpose: positions outside the range are no error, although one is declared";

  static constexpr rope_out_of_range out_of_range = ROPE_OUT_OF_RANGE_UNDEFINED;
};
using Base = rope::kernel::Plugin<RangeSilent>;

const rope_impl_info* describe() {
  static const rope_impl_info info = [] {
    rope_impl_info declared = *Base::describe();
    declared.out_of_range = ROPE_OUT_OF_RANGE_ERROR;
    return declared;
  }();
  return &info;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<RangeSilent>(abi_version, [](rope_impl_api& table) { table.describe = describe; });
}
