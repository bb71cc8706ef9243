// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rotates correctly and prints 1 MiB on stdout in every apply.
#include <cstdio>

#include "impls/hostile/honest.hpp"

namespace {

struct PrintsALot : rope::hostile::Honest {
  static constexpr const char* name = "prints-a-lot";
};
using Base = rope::kernel::Plugin<PrintsALot>;

rope_status apply(rope_handle* handle, const rope_call* call) {
  for (int line = 0; line < 16384; ++line) {
    std::fputs("prints-a-lot: 64 bytes of text that nobody will ever want, here\n", stdout);
  }
  std::fflush(stdout);
  return Base::apply(handle, call);
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<PrintsALot>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
