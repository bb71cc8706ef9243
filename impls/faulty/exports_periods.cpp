// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: export_inv_freq hands out periods, which some frameworks hold, and not inv_freq.
#include <cstdint>

#include "impls/kernel/plugin.hpp"

namespace {

struct ExportsPeriods : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "exports-periods";
  static constexpr const char* summary = "faulty on purpose: export_inv_freq hands out 1 / inv_freq";
};

rope_status export_inv_freq(rope_handle* handle, double* inv_freq, std::uint64_t count) {
  const rope_status status = rope::kernel::Plugin<ExportsPeriods>::export_inv_freq(handle, inv_freq, count);
  for (std::uint64_t i = 0; status == ROPE_OK && i < count; ++i) inv_freq[i] = 1 / inv_freq[i];
  return status;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<ExportsPeriods>(
      abi_version, [](rope_impl_api& table) { table.export_inv_freq = export_inv_freq; });
}
