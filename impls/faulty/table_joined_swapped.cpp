// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: joined tables are read as [sin | cos].
#include "impls/kernel/plugin.hpp"

namespace {

struct TableJoinedSwapped : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "table-joined-swapped";
  static constexpr const char* summary = "faulty on purpose: cos and sin exchanged in joined tables";

  static double table_value(const rope_angle_source& tables, rope::kernel::Part part, std::int64_t position,
                            std::int64_t column) {
    using rope::kernel::Part;
    const Part other = part == Part::cos ? Part::sin : Part::cos;
    const bool exchanged = rope::kernel::is_joined(tables);
    return OneRoundingArithmetic::table_value(tables, exchanged ? other : part, position, column);
  }
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::entry<TableJoinedSwapped>(abi_version);
}
