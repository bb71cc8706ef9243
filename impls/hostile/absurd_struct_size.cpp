// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Gives a function table that claims to be four bytes long.

#include "impls/hostile/honest.hpp"

namespace {

struct AbsurdStructSize : rope::hostile::Honest {
  static constexpr const char* name = "absurd-struct-size";
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<AbsurdStructSize>(abi_version,
                                                       [](rope_impl_api& table) { table.struct_size = 4; });
}
