// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Dies of SIGSEGV while it is being loaded, before any function of it is called.
#include <csignal>

#include "impls/hostile/honest.hpp"

namespace {

struct CrashOnLoad : rope::hostile::Honest {
  static constexpr const char* name = "crash-on-load";
};

__attribute__((constructor)) void crash() {
  std::raise(SIGSEGV);
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<CrashOnLoad>(abi_version);
}
