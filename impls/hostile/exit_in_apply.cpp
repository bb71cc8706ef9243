// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Ends the process in apply, with success as its exit status.
#include <unistd.h>

#include "impls/hostile/honest.hpp"

namespace {

struct ExitInApply : rope::hostile::Honest {
  static constexpr const char* name = "exit-in-apply";
};

rope_status apply(rope_handle*, const rope_call*) {
  _exit(0);
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<ExitInApply>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
