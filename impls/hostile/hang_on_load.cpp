// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Never returns from loading.
#include <unistd.h>

#include "impls/hostile/honest.hpp"

namespace {

struct HangOnLoad : rope::hostile::Honest {
  static constexpr const char* name = "hang-on-load";
};

__attribute__((constructor)) void hang() {
  for (;;) {
    pause();
  }
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<HangOnLoad>(abi_version);
}
