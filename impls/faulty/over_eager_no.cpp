// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: query refuses fp16 heads of 64 elements, which are among the calls that it promises to take and
// which apply does take.
#include "impls/kernel/plugin.hpp"

namespace {

struct OverEagerNo : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "over-eager-no";
  static constexpr const char* summary = "faulty on purpose: query refuses fp16 heads of 64, which it promises to take";
};
using Base = rope::kernel::Plugin<OverEagerNo>;

rope_status query(const rope_spec* spec, const rope_call* call, rope_query_result* result) {
  const rope_status status = Base::query(spec, call, result);
  if (status == ROPE_OK && spec->head_dim == 64 && call->q_in.dtype == ROPE_F16) {
    result->supported = 0;
    result->reason = "fp16 heads must not have 64 elements";
  }
  return status;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<OverEagerNo>(abi_version, [](rope_impl_api& table) { table.query = query; });
}
