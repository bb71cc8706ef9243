// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Dies of SIGSEGV in prepare.
#include <csignal>

#include "impls/hostile/honest.hpp"

namespace {

struct CrashInPrepare : rope::hostile::Honest {
  static constexpr const char* name = "crash-in-prepare";
};

rope_status prepare(const rope_spec*, rope_handle**) {
  std::raise(SIGSEGV);
  return ROPE_ERROR;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<CrashInPrepare>(abi_version,
                                                     [](rope_impl_api& table) { table.prepare = prepare; });
}
