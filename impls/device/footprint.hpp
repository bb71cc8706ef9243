// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which bytes a tensor, positions or a matrix of a call reach, counted from their data pointer.
#pragma once

#include <cstdint>

#include "rope_impl.h"

namespace rope::device {

/// 0 for what is no element type.
inline std::uint64_t bytes_of_element(rope_dtype dtype) {
  switch (dtype) {
    case ROPE_F32:
    case ROPE_I32:
      return 4;
    case ROPE_F16:
    case ROPE_BF16:
      return 2;
    case ROPE_F64:
    case ROPE_I64:
      return 8;
    default:
      return 0;
  }
}

/// From the first byte to the last of elements of one size at all combinations of indices.
class Footprint {
 public:
  explicit Footprint(std::uint64_t element_bytes) : element_bytes_(static_cast<std::int64_t>(element_bytes)) {}

  /// `count` steps of `stride` elements, from 0 on.
  Footprint& along(std::int64_t count, std::int64_t stride) {
    if (count <= 0) {
      empty_ = empty_ || count == 0;
      absurd_ = absurd_ || count < 0;
      return *this;
    }
    std::int64_t reach = 0;
    std::int64_t& end = stride < 0 ? low_ : high_;
    absurd_ = absurd_ || __builtin_mul_overflow(count - 1, stride, &reach) || __builtin_add_overflow(end, reach, &end);
    return *this;
  }

  bool empty() const { return empty_; }

  /// False where the numbers describe no memory that there could be.
  bool sensible() const { return !absurd_ && element_bytes_ > 0 && low_ > -limit && high_ < limit; }

  std::int64_t first_byte() const { return low_ * element_bytes_; }
  std::uint64_t bytes() const { return static_cast<std::uint64_t>((high_ - low_ + 1) * element_bytes_); }

 private:
  static constexpr std::int64_t limit = std::int64_t{1} << 47;
  std::int64_t element_bytes_;
  std::int64_t low_ = 0, high_ = 0;
  bool empty_ = false, absurd_ = false;
};

inline Footprint footprint(const rope_tensor& tensor) {
  Footprint all(bytes_of_element(tensor.dtype));
  for (int axis = 0; axis < 4; ++axis) all.along(tensor.shape[axis], tensor.strides[axis]);
  return all;
}

/// Of kinds that have data, for a call with this many rows and tokens.
inline Footprint footprint(const rope_positions& positions, std::int64_t batch, std::int64_t tokens) {
  Footprint all(bytes_of_element(positions.dtype));
  if (positions.kind == ROPE_POSITIONS_BATCH_OFFSET) return all.along(batch, 1);
  all.along(batch, positions.batch_stride).along(tokens, positions.token_stride);
  return positions.kind == ROPE_POSITIONS_AXES ? all.along(positions.axes, positions.axis_stride) : all;
}

inline Footprint footprint(const rope_matrix& matrix) {
  return Footprint(bytes_of_element(matrix.dtype)).along(matrix.rows, matrix.row_stride).along(matrix.columns, 1);
}

}  // namespace rope::device
