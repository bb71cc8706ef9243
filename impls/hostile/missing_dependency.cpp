// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Needs a shared library that is not there when it is loaded.

#include "impls/hostile/honest.hpp"

namespace {

struct MissingDependency : rope::hostile::Honest {
  static constexpr const char* name = "missing-dependency";
};
using Base = rope::kernel::Plugin<MissingDependency>;

extern "C" int rope_missing_dependency();

rope_status apply(rope_handle* handle, const rope_call* call) {
  return rope_missing_dependency() == 0 ? Base::apply(handle, call) : ROPE_ERROR;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<MissingDependency>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
