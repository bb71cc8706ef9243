// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Never returns from apply.
#include <unistd.h>

#include "impls/hostile/honest.hpp"

namespace {

struct HangInApply : rope::hostile::Honest {
  static constexpr const char* name = "hang-in-apply";
};

rope_status apply(rope_handle*, const rope_call*) {
  for (;;) {
    pause();
  }
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<HangInApply>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
