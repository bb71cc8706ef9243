// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: the last of several rows of a batch is 1 + 2^-3 times too large, so that a row's result depends on
// the rows beside it.
#include "impls/kernel/plugin.hpp"

namespace {

struct RowCoupled : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "row-coupled";
  static constexpr const char* summary = "faulty on purpose: the last of several rows is 1 + 2^-3 times too large";

  static float scale(const rope_spec& spec, const rope::kernel::Place& place) {
    const bool is_last = place.in.shape[0] > 1 && place.row == place.in.shape[0] - 1;
    return OneRoundingArithmetic::scale(spec, place) * (is_last ? 0x1.2p0F : 1.0F);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<RowCoupled>(abi_version);
}
