// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Aborts in close.
#include <cstdlib>

#include "impls/hostile/honest.hpp"

namespace {

struct CrashInClose : rope::hostile::Honest {
  static constexpr const char* name = "crash-in-close";
};

void close(rope_handle*) {
  std::abort();
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<CrashInClose>(abi_version, [](rope_impl_api& table) { table.close = close; });
}
