// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Refers to a function that no library defines, so that binding it at load time fails.

#include "impls/hostile/honest.hpp"

namespace {

struct UndefinedSymbol : rope::hostile::Honest {
  static constexpr const char* name = "undefined-symbol";
};
using Base = rope::kernel::Plugin<UndefinedSymbol>;

extern "C" int rope_no_such_function();

rope_status apply(rope_handle* handle, const rope_call* call) {
  return rope_no_such_function() == 0 ? Base::apply(handle, call) : ROPE_ERROR;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<UndefinedSymbol>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
