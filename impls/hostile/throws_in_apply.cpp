// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Lets a C++ exception out of apply.
#include <stdexcept>

#include "impls/hostile/honest.hpp"

namespace {

struct ThrowsInApply : rope::hostile::Honest {
  static constexpr const char* name = "throws-in-apply";
};

rope_status apply(rope_handle*, const rope_call*) {
  throw std::runtime_error("throws-in-apply: this exception must not leave the plug-in");
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<ThrowsInApply>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
