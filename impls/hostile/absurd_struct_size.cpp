// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Gives a function table that claims to be four bytes long.

#include "impls/hostile/honest.hpp"

namespace {

struct AbsurdStructSize : rope::hostile::Honest {
  static constexpr const char* name = "absurd-struct-size";
};
using Base = rope::kernel::Plugin<AbsurdStructSize>;

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t) {
  static const rope_impl_api api = [] {
    rope_impl_api table = Base::api();
    table.struct_size = 4;
    return table;
  }();
  return &api;
}
