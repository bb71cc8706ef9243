// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: a handle's first call decides how far its table goes, and later calls that need more get the last
// row, as a table does that is made on first use and never grows.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>

#include "impls/kernel/plugin.hpp"

namespace {

constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

// Of the call that runs; the suite makes calls on this one's handles one by one.
thread_local std::int64_t last_row = unlimited;
thread_local std::int64_t largest = 0;

struct GrowsOnce : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "grows-once";
  static constexpr const char* summary = "faulty on purpose: a handle's table ends where its first call ended";

  static float angle(std::int64_t position, float inv_freq) {
    largest = std::max(largest, position);
    return OneRoundingArithmetic::angle(std::min(position, last_row), inv_freq);
  }
};

using Right = rope::kernel::Plugin<GrowsOnce>;

std::map<rope_handle*, std::int64_t>& rows_of() {
  thread_local std::map<rope_handle*, std::int64_t> rows;
  return rows;
}

rope_status apply(rope_handle* handle, const rope_call* call) {
  const auto known = rows_of().find(handle);
  last_row = known == rows_of().end() ? unlimited : known->second;
  largest = 0;
  const rope_status status = Right::apply(handle, call);
  if (known == rows_of().end() && status == ROPE_OK) rows_of()[handle] = largest;
  return status;
}

void close(rope_handle* handle) {
  rows_of().erase(handle);
  Right::close(handle);
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<GrowsOnce>(abi_version, [](rope_impl_api& table) {
    table.apply = apply;
    table.close = close;
  });
}
