// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: positions outside the range are to be clamped, and wrap around instead.
#include "impls/kernel/plugin.hpp"

namespace {

struct RangeWraps : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "range-wraps";
  static constexpr const char* summary =
      "faulty on purpose: positions outside the range wrap around, where clamping is declared";

  static constexpr rope_out_of_range out_of_range = ROPE_OUT_OF_RANGE_CLAMP;

  static std::int64_t bring_inside(const rope::kernel::Range& range, std::int64_t position) {
    const std::int64_t remainder = position % range.end;
    return remainder < 0 ? remainder + range.end : remainder;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<RangeWraps>(abi_version);
}
