// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Aborts in a destructor that runs when the process ends.
#include <cstdlib>

#include "impls/hostile/honest.hpp"

namespace {

struct CrashOnExit : rope::hostile::Honest {
  static constexpr const char* name = "crash-on-exit";
};

__attribute__((destructor)) void crash() {
  std::abort();
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<CrashOnExit>(abi_version);
}
