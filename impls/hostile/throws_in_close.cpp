// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Lets a C++ exception out of close.
#include <stdexcept>

#include "impls/hostile/honest.hpp"

namespace {

struct ThrowsInClose : rope::hostile::Honest {
  static constexpr const char* name = "throws-in-close";
};

void close(rope_handle*) {
  throw std::runtime_error("throws-in-close: this exception must not leave the plug-in");
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<ThrowsInClose>(abi_version, [](rope_impl_api& table) { table.close = close; });
}
