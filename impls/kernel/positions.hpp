// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which position a token has, or with several axes each of its pairs, by the kind in which a call gives its positions.
#pragma once

#include <cstdint>

#include "impls/kernel/host_device.hpp"
#include "impls/kernel/packed.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// Whether the pairs of one token may differ in their positions.
ROPE_HD inline bool differ_by_pair(const rope_positions& positions) {
  return positions.kind == ROPE_POSITIONS_AXES;
}

/// A number of the caller's, int32 or int64, at an index that may be negative.
ROPE_HD inline std::int64_t position_at(const rope_positions& positions, std::int64_t index) {
  return positions.dtype == ROPE_I32 ? static_cast<const std::int32_t*>(positions.data)[index]
                                     : static_cast<const std::int64_t*>(positions.data)[index];
}

/// The position of token s of row b on one axis, which matters only where there are several.
ROPE_HD inline std::int64_t position_on_axis(const rope_call& call, std::int64_t b, std::int64_t s, std::int64_t axis) {
  const rope_positions& given = call.positions;
  const std::int64_t of_token = b * given.batch_stride + s * given.token_stride;
  switch (given.kind) {
    case ROPE_POSITIONS_OFFSET: {
      const PlaceInSequence place = place_in_sequence(call, s);
      return given.offset + start_of_sequence(call, place.sequence) + place.index;
    }
    case ROPE_POSITIONS_BATCH_OFFSET:
      return position_at(given, b) + s;
    case ROPE_POSITIONS_AXES:
      return position_at(given, axis * given.axis_stride + of_token);
    default:
      return position_at(given, of_token);
  }
}

/// The position of a pair of token s of row b; `pair` matters only with several axes.
inline std::int64_t position_of(const rope_call& call, std::int64_t b, std::int64_t s, std::int64_t pair) {
  return position_on_axis(call, b, s, differ_by_pair(call.positions) ? call.positions.pair_axis[pair] : 0);
}

}  // namespace rope::kernel
