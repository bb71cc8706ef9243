// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: where a position is outside the range the declared error is returned, but not before the first
// element of q was written.
#include "impls/kernel/plugin.hpp"

namespace {

struct RangeWrites : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "range-writes";
  static constexpr const char* summary = "faulty on purpose: writes to an output before it refuses a position";
};
using Base = rope::kernel::Plugin<RangeWrites>;

rope_status apply(rope_handle* handle, const rope_call* call) {
  const rope_status status = Base::apply(handle, call);
  if (status != ROPE_INVALID_ARGUMENT || call == nullptr) {
    return status;
  }
  const rope_call refused = rope::kernel::read_call(*call);
  if (refused.q_out.data != nullptr && !rope::kernel::empty(refused.q_out)) {
    *static_cast<std::uint16_t*>(refused.q_out.data) ^= 1U;
  }
  return status;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<RangeWrites>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
