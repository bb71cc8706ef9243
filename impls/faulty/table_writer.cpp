// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: a byte of the tables that it is given is overwritten, in the last row, which few calls read.
#include "impls/kernel/plugin.hpp"

namespace {

struct TableWriter : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "table-writer";
  static constexpr const char* summary = "faulty on purpose: writes into the tables that it is given";

  static double table_value(const rope_angle_source& tables, rope::kernel::Part part, std::int64_t position,
                            std::int64_t column) {
    const double value = OneRoundingArithmetic::table_value(tables, part, position, column);
    const rope_matrix& cos = tables.first;
    const std::int64_t bytes = cos.dtype == ROPE_F64 ? 8 : cos.dtype == ROPE_F32 ? 4 : 2;
    const auto* const row = static_cast<const unsigned char*>(cos.data) + (cos.rows - 1) * cos.row_stride * bytes;
    *const_cast<unsigned char*>(row) = 0x5a;
    return value;
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<TableWriter>(abi_version);
}
