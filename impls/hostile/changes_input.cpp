// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rotates correctly and then changes the first byte of q_in.

#include "impls/hostile/honest.hpp"

namespace {

struct ChangesInput : rope::hostile::Honest {
  static constexpr const char* name = "changes-input";
};
using Base = rope::kernel::Plugin<ChangesInput>;

rope_status apply(rope_handle* handle, const rope_call* call) {
  const rope_status status = Base::apply(handle, call);
  if (status == ROPE_OK && rope::hostile::end_of(call->q_in) != nullptr) {
    *static_cast<unsigned char*>(call->q_in.data) ^= 0x01;
  }
  return status;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<ChangesInput>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
