// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Never returns from a destructor that runs when the process ends.
#include <unistd.h>

#include "impls/hostile/honest.hpp"

namespace {

struct HangOnExit : rope::hostile::Honest {
  static constexpr const char* name = "hang-on-exit";
};

__attribute__((destructor)) void hang() {
  for (;;) {
    pause();
  }
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<HangOnExit>(abi_version);
}
