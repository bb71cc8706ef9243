// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Says no to every question, with a reason.

#include "impls/hostile/honest.hpp"

namespace {

struct UnsupportedEverything : rope::hostile::Honest {
  static constexpr const char* name = "unsupported-everything";
};

rope_status query(const rope_spec*, const rope_call*, rope_query_result* result) {
  result->supported = 0;
  result->reason = "this implementation does nothing at all (on purpose)";
  result->workspace_size = 0;
  return ROPE_OK;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<UnsupportedEverything>(abi_version, [](rope_impl_api& table) {
    table.query = query;
    table.extension = nullptr;  // it promises nothing either
  });
}
