// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rotates correctly and then writes eight bytes behind q_out.
#include <cstring>

#include "impls/hostile/honest.hpp"

namespace {

struct WritesPastTheEnd : rope::hostile::Honest {
  static constexpr const char* name = "writes-past-the-end";
};
using Base = rope::kernel::Plugin<WritesPastTheEnd>;

rope_status apply(rope_handle* handle, const rope_call* call) {
  const rope_status status = Base::apply(handle, call);
  if (unsigned char* const end = rope::hostile::end_of(call->q_out); status == ROPE_OK && end != nullptr) {
    std::memset(end, 0xa5, 8);
  }
  return status;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<WritesPastTheEnd>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
