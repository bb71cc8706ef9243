// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Describes itself with no name, unknown bits and contracts that are not there.

#include "impls/hostile/honest.hpp"

namespace {

struct GarbageDescribe : rope::hostile::Honest {
  static constexpr const char* name = "garbage-describe";
};
using Base = rope::kernel::Plugin<GarbageDescribe>;

const rope_impl_info* describe() {
  static const rope_impl_info info = [] {
    rope_impl_info i = *Base::describe();
    i.name = nullptr;
    i.version = nullptr;
    i.summary = nullptr;
    i.dtypes = ~UINT64_C(0);
    i.contract_count = 3;  // and contracts stays NULL
    return i;
  }();
  return &info;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<GarbageDescribe>(abi_version,
                                                      [](rope_impl_api& table) { table.describe = describe; });
}
