// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The angle sources: which are taken, and where in supplied tables the cos and sin of an element stand.
#pragma once

#include <cmath>
#include <cstdint>

#include "impls/kernel/host_device.hpp"
#include "impls/kernel/matrix.hpp"
#include "impls/kernel/refusal.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// Angles and tables have a row for each position: none for a negative one, and none is computed.
inline bool has_rows(const rope_angle_source& source) {
  return source.source == ROPE_SOURCE_ANGLES || source.source == ROPE_SOURCE_TABLES;
}

ROPE_HD inline bool is_joined(const rope_angle_source& tables) {
  return !present(tables.second);
}

/// The three sources that the caller supplies, but for their data.
inline Refusal refuse_supplied(const rope_spec& spec) {
  const rope_angle_source& given = spec.angles;
  const std::int64_t pairs = spec.rotary_dim / 2;
  if (given.source != ROPE_SOURCE_TABLES) {
    return refuse_matrix(given.first, given.source == ROPE_SOURCE_INV_FREQ ? 1 : spec.max_position, pairs);
  }
  if (spec.attention_factor != 1) {
    return {ROPE_INVALID_ARGUMENT, "attention_factor must be 1 with tables: they contain it"};
  }
  if (given.full_width > 1) {
    return {ROPE_INVALID_ARGUMENT, "full_width must be 0 or 1"};
  }
  const std::int64_t width = given.full_width != 0 ? 2 * pairs : pairs;
  if (is_joined(given)) {
    return refuse_matrix(given.first, spec.max_position, 2 * width);
  }
  const Refusal cos = refuse_matrix(given.first, spec.max_position, width);
  return cos ? cos : refuse_matrix(given.second, spec.max_position, width);
}

/// What prepare can see and query cannot.
inline Refusal refuse_supplied_data(const rope_angle_source& given) {
  if ((present(given.first) && given.first.data == nullptr) ||
      (present(given.second) && given.second.data == nullptr)) {
    return {ROPE_INVALID_ARGUMENT, "supplied angles must have data"};
  }
  for (std::int64_t pair = 0; given.source == ROPE_SOURCE_INV_FREQ && pair < given.first.columns; ++pair) {
    if (!std::isfinite(value(given.first, 0, pair))) {
      return {ROPE_INVALID_ARGUMENT, "supplied inv_freq must be finite"};
    }
  }
  return {};
}

enum class Part { cos, sin };

/// The number of one element in tables of any form. `column` counts in the tables' own width.
ROPE_HD inline double table_value(const rope_angle_source& tables, Part part, std::int64_t position,
                                  std::int64_t column) {
  if (is_joined(tables)) {
    return value(tables.first, position, column + (part == Part::sin ? tables.first.columns / 2 : 0));
  }
  return value(part == Part::sin ? tables.second : tables.first, position, column);
}

}  // namespace rope::kernel
