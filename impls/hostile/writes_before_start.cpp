// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rotates correctly and then writes eight bytes in front of q_out.
#include <cstring>

#include "impls/hostile/honest.hpp"

namespace {

struct WritesBeforeStart : rope::hostile::Honest {
  static constexpr const char* name = "writes-before-start";
};
using Base = rope::kernel::Plugin<WritesBeforeStart>;

rope_status apply(rope_handle* handle, const rope_call* call) {
  const rope_status status = Base::apply(handle, call);
  if (status == ROPE_OK && rope::hostile::end_of(call->q_out) != nullptr) {
    std::memset(static_cast<unsigned char*>(call->q_out.data) - 8, 0xa5, 8);
  }
  return status;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<WritesBeforeStart>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
