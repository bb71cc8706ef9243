// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For the tests of the plug-ins: numbers to supply angles, frequencies and tables with, in every form that
// rope_impl.h has.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "impls/kernel/elements.hpp"
#include "rope_impl.h"

namespace rope::impls {

/// Between the rows lie NaNs, which spoil whatever reads them.
class Matrix {
 public:
  Matrix(rope_dtype dtype, std::int64_t rows, std::int64_t columns, std::int64_t gap)
      : dtype_(dtype),
        element_(dtype == ROPE_F64   ? 8
                 : dtype == ROPE_F32 ? 4
                                     : 2),
        rows_(rows),
        columns_(columns),
        row_stride_(columns + gap),
        bytes_(static_cast<std::size_t>(rows * row_stride_) * element_, 0xff) {}

  /// One rounding to the dtype.
  void set(std::int64_t row, std::int64_t column, double x) {
    const auto store = [&](auto bits) { std::memcpy(place(row, column), &bits, sizeof(bits)); };
    switch (dtype_) {
      case ROPE_F64:
        return store(x);
      case ROPE_F32:
        return store(static_cast<float>(x));
      case ROPE_F16:
        return store(kernel::Fp16::round(x));
      default:
        return store(kernel::Bf16::round(x));
    }
  }

  rope_matrix view() const {
    rope_matrix m{};
    m.struct_size = sizeof(m);
    m.dtype = dtype_;
    m.data = bytes_.data();
    m.rows = rows_;
    m.columns = columns_;
    m.row_stride = row_stride_;
    return m;
  }

 private:
  unsigned char* place(std::int64_t row, std::int64_t column) {
    return bytes_.data() + static_cast<std::size_t>(row * row_stride_ + column) * element_;
  }

  rope_dtype dtype_;
  std::size_t element_;
  std::int64_t rows_, columns_, row_stride_;
  std::vector<unsigned char> bytes_;
};

struct TableForm {
  rope_dtype dtype;
  bool joined, full_width;
};

/// cos and sin of every position, from two functions of (position, column), columns counted within the width.
class Tables {
 public:
  template <class Cos, class Sin>
  Tables(TableForm form, std::int64_t rows, std::int64_t pairs, Cos cos, Sin sin)
      : full_width_(form.full_width),
        first_(form.dtype, rows, (form.full_width ? 2 : 1) * pairs * (form.joined ? 2 : 1), 3) {
    const std::int64_t width = (form.full_width ? 2 : 1) * pairs;
    if (!form.joined) {
      second_.emplace(form.dtype, rows, width, 5);
    }
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t column = 0; column < width; ++column) {
        first_.set(row, column, cos(row, column));
        form.joined ? first_.set(row, width + column, sin(row, column)) : second_->set(row, column, sin(row, column));
      }
    }
  }

  rope_spec in(rope_spec spec) const {
    spec.angles = rope_angle_source{};
    spec.angles.struct_size = sizeof(spec.angles);
    spec.angles.source = ROPE_SOURCE_TABLES;
    spec.angles.first = first_.view();
    if (second_) {
      spec.angles.second = second_->view();
    }
    spec.angles.full_width = full_width_ ? 1 : 0;
    spec.max_position = spec.angles.first.rows;
    return spec;
  }

 private:
  bool full_width_;
  Matrix first_;
  std::optional<Matrix> second_;
};

/// inv_freq ([1, pairs]) or angles ([rows, pairs]) in a spec.
inline rope_spec with_matrix(rope_spec spec, rope_source source, const Matrix& matrix) {
  spec.angles = rope_angle_source{};
  spec.angles.struct_size = sizeof(spec.angles);
  spec.angles.source = source;
  spec.angles.first = matrix.view();
  if (source == ROPE_SOURCE_ANGLES) {
    spec.max_position = spec.angles.first.rows;
  }
  return spec;
}

/// Which pair a column of a full-width table belongs to.
inline std::int64_t pair_of_column(rope_pairing pairing, std::int64_t pairs, std::int64_t column) {
  return pairing == ROPE_HALF_SPLIT ? column % pairs : column / 2;
}

}  // namespace rope::impls
