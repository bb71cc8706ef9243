// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the tests of faulty plug-ins share: one dtype, the right plug-in beside them, and positions in other kinds.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "impls/bundled_plugin_test.hpp"
#include "impls/supplied_matrix.hpp"

namespace rope::impls {

using Positions = std::vector<std::int64_t>;

inline rope_positions by_offset(std::int64_t offset) {
  rope_positions p{};
  p.struct_size = sizeof(p);
  p.kind = ROPE_POSITIONS_OFFSET;
  p.offset = offset;
  return p;
}

inline rope_positions by_row(const Positions& starts) {
  rope_positions p = token_positions(starts);
  p.kind = ROPE_POSITIONS_BATCH_OFFSET;
  return p;
}

/// Positions of every token of every row.
inline rope_positions in_rows(const Positions& positions, std::int64_t tokens) {
  rope_positions p = token_positions(positions);
  p.batch_stride = tokens;
  return p;
}

/// Full-width tables of 20 rows for head_dim 16 whose two halves are told apart by `uneven`.
inline Tables full_tables(double uneven) {
  const auto entry = [=](double shift) {
    return [=](std::int64_t row, std::int64_t column) {
      return shift + 0.0625 * static_cast<double>(row) + 0.5 * static_cast<double>(column % 8) +
             (column < 8 ? 0 : uneven);
    };
  };
  return Tables({ROPE_F32, false, true}, 20, 8, entry(-1), entry(-2));
}

class FaultyInterface : public testing::TestWithParam<rope_dtype> {
 protected:
  Tensor random_tensor(Tensor::Index shape, std::uint32_t seed = 7) const {
    Tensor t(GetParam(), shape);
    t.randomize(seed);
    return t;
  }

  static LoadedPlugin faulty(const std::string& name) { return LoadedPlugin("faulty/" + name); }

  const LoadedPlugin right{"one-rounding"};
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
};

}  // namespace rope::impls
