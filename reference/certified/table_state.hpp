// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a certified table holds, and how its rows are walked.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

#include "reference/certified/kernels.hpp"
#include "reference/certified/table.hpp"

namespace rope {

/// Doubles on a cache line's edge, with no value until written.
class AlignedDoubles {
 public:
  explicit AlignedDoubles(std::size_t size)
      : data_(static_cast<double*>(::operator new(size * sizeof(double), alignment))) {}
  double* data() { return data_.get(); }
  const double* data() const { return data_.get(); }

 private:
  static constexpr std::align_val_t alignment{64};
  struct Delete {
    void operator()(double* p) const { ::operator delete(p, alignment); }
  };
  std::unique_ptr<double, Delete> data_;
};

/// position = first + coarse_row · fine_rows + fine_row.
struct CertifiedTable::State {
  State(const Spec& spec_, std::int64_t first_, std::int64_t count_, Isa isa_);

  Spec spec;
  std::int64_t first, count;
  Isa isa;
  const Kernels& kernels;
  std::size_t pairs, stride;
  std::size_t fine_rows, coarse_rows;
  int scale;                          ///< attention factor = m·2^scale, 1/2 < m <= 1
  std::vector<std::uint8_t> rotates;  ///< by pair: inv_freq is not 0
  std::size_t rotating = 0;           ///< how many of them do
  std::vector<double> window1, window2;
  AlignedDoubles coarse_hi, coarse_lo, fine_hi, fine_lo;  ///< rows [cos | sin], the coarse ones times 2^scale

  const Exact& exact() const;

  /// Nothing where |values| may exceed 2^15: fp16 overflows then, and every value is decided by itself.
  Kernels::Round16* round_f16() const { return scale <= 15 ? kernels.round_f16 : nullptr; }
  Kernels::Verify16* verify_f16() const { return scale <= 15 ? kernels.verify_f16 : nullptr; }

  void require_rows(std::int64_t from, std::size_t rows) const;
  void require_pair(int pair) const;

  std::int64_t position(std::size_t row) const { return first + static_cast<std::int64_t>(row); }
  std::size_t row_of(std::int64_t position) const { return static_cast<std::size_t>(position - first); }

  /// `rows` rows of the window from row `row` on; they must share a coarse row.
  RowBlock block(std::size_t row, std::size_t rows) const;
  /// One lane of one row.
  RowBlock lane(std::size_t row, std::size_t pair) const;

  /// Calls visit(row, rows) for runs of rows that share a coarse row and are not position 0, and zero(row) for that
  /// one.
  template <class Visit, class Zero>
  void for_runs(std::int64_t from, std::size_t rows, const Visit& visit, const Zero& zero) const {
    std::size_t row = row_of(from);
    const std::size_t end = row + rows;
    while (row < end) {
      if (position(row) == 0) {
        zero(row++);
        continue;
      }
      std::size_t stop = std::min(end, (row / fine_rows + 1) * fine_rows);
      if (position(row) < 0 && position(stop) > 0) stop = row_of(0);
      visit(row, stop - row);
      row = stop;
    }
  }

  /// Level 2 of one lane that is not at position 0.
  Pair double_doubles(std::size_t row, std::size_t pair) const;

  /// The correct rounding of one value (bits), by whichever level decides it; its counts are added, values not.
  std::uint64_t decide(DType dtype, std::size_t row, std::size_t pair, bool sine, double value,
                       LevelCounts& counts) const;

 private:
  void fill();
  mutable std::once_flag exact_made_;
  mutable std::unique_ptr<const Exact> exact_;  // made when first asked for: most tables never are
};

/// Whether every number of [v - w, v + w] rounds to the same bits, to nearest, ties to even; which ones if so.
bool certain(DType dtype, double v, double w, std::uint64_t& bits);
bool certain(DType dtype, DoubleDouble v, double w, std::uint64_t& bits);

}  // namespace rope
