// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers that the caller supplies: which matrices are taken, and what stands in one.
#pragma once

#include <algorithm>
#include <cstdint>

#include "impls/kernel/elements.hpp"
#include "impls/kernel/host_device.hpp"
#include "impls/kernel/refusal.hpp"
#include "rope_impl.h"

namespace rope::kernel {

ROPE_HD inline bool present(const rope_matrix& matrix) {
  return matrix.dtype != 0;
}

/// Everything about a matrix but its data, which query does not have.
inline Refusal refuse_matrix(const rope_matrix& matrix, std::int64_t rows, std::int64_t columns) {
  if (!present(matrix)) {
    return {ROPE_INVALID_ARGUMENT, "a matrix of the angle source is absent"};
  }
  if (matrix.dtype != ROPE_F32 && matrix.dtype != ROPE_F64 && matrix.dtype != ROPE_F16 && matrix.dtype != ROPE_BF16) {
    return {ROPE_UNSUPPORTED, "supplied numbers must be fp32, fp64, fp16 or bf16"};
  }
  if (matrix.memory != ROPE_HOST) {
    return {ROPE_UNSUPPORTED, "supplied numbers must lie in host memory"};
  }
  if (matrix.rows != rows) {
    return {ROPE_INVALID_ARGUMENT,
            "supplied angles and tables must have max_position rows, supplied frequencies one row"};
  }
  if (matrix.columns != columns) {
    return {ROPE_INVALID_ARGUMENT,
            "supplied numbers must have a column for each pair, full-width tables one for each rotated element, and "
            "joined tables twice as many"};
  }
  return {};
}

/// Element [row, column] as a double: exact, whatever the dtype. A row outside is taken for the nearest one: calls
/// have none (call_data.hpp), but a definition that is wrong about positions must not read what is not there.
ROPE_HD inline double value(const rope_matrix& matrix, std::int64_t row, std::int64_t column) {
  const std::int64_t index = std::clamp(row, std::int64_t{0}, matrix.rows - 1) * matrix.row_stride + column;
  switch (matrix.dtype) {
    case ROPE_F32:
      return static_cast<const float*>(matrix.data)[index];
    case ROPE_F64:
      return static_cast<const double*>(matrix.data)[index];
    case ROPE_F16:
      return Fp16::value(static_cast<const std::uint16_t*>(matrix.data)[index]);
    default:
      return Bf16::value(static_cast<const std::uint16_t*>(matrix.data)[index]);
  }
}

}  // namespace rope::kernel
