// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which position a token has, by the kind in which a call gives its positions.
#pragma once

#include <cstdint>

#include "rope_impl.h"

namespace rope::kernel {

/// The position of token s of row b.
inline std::int64_t position_of(const rope_positions& positions, std::int64_t b, std::int64_t s) {
  const auto entry = [&](std::int64_t index) -> std::int64_t {
    return positions.dtype == ROPE_I32 ? static_cast<const std::int32_t*>(positions.data)[index]
                                       : static_cast<const std::int64_t*>(positions.data)[index];
  };
  switch (positions.kind) {
    case ROPE_POSITIONS_OFFSET:
      return positions.offset + s;
    case ROPE_POSITIONS_BATCH_OFFSET:
      return entry(b) + s;
    default:
      return entry(b * positions.batch_stride + s * positions.token_stride);
  }
}

}  // namespace rope::kernel
