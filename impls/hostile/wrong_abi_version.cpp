// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Was compiled for another version of the plug-in interface.

#include "impls/hostile/honest.hpp"

namespace {

struct WrongAbiVersion : rope::hostile::Honest {
  static constexpr const char* name = "wrong-abi-version";
};
using Base = rope::kernel::Plugin<WrongAbiVersion>;

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t) {
  static const rope_impl_api api = [] {
    rope_impl_api table = Base::api();
    table.abi_version = 77;
    return table;
  }();
  return &api;
}
