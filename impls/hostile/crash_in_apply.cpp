// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Dies of SIGSEGV in apply.
#include <csignal>

#include "impls/hostile/honest.hpp"

namespace {

struct CrashInApply : rope::hostile::Honest {
  static constexpr const char* name = "crash-in-apply";
};

rope_status apply(rope_handle*, const rope_call*) {
  std::raise(SIGSEGV);
  return ROPE_ERROR;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<CrashInApply>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
