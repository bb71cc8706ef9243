// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Was compiled for another version of the plug-in interface.

#include "impls/hostile/honest.hpp"

namespace {

struct WrongAbiVersion : rope::hostile::Honest {
  static constexpr const char* name = "wrong-abi-version";
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<WrongAbiVersion>(abi_version,
                                                      [](rope_impl_api& table) { table.abi_version = 77; });
}
