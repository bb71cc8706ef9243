// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Reports an error of its own from apply.

#include "impls/hostile/honest.hpp"

namespace {

struct ErrorInApply : rope::hostile::Honest {
  static constexpr const char* name = "error-in-apply";
};

rope_status apply(rope_handle*, const rope_call*) {
  return ROPE_ERROR;
}

const char* last_error(rope_handle*) {
  return "the device fell off the bus (error-in-apply says this on purpose)";
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<ErrorInApply>(abi_version, [](rope_impl_api& table) {
    table.apply = apply;
    table.last_error = last_error;
  });
}
