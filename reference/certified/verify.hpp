// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Holds a whole table in memory against the certified one without storing that: the truth of a row is made, compared
// and forgotten.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "reference/certified/table.hpp"

namespace rope {

struct TableErrors {
  std::uint64_t values = 0;
  std::uint64_t not_correctly_rounded = 0;  ///< exact: undecided values went on to levels 2 and 3; -0 for +0 counts
  double largest = 0;                       ///< |got - exact|, absolute, to within CertifiedTable::value_error(); NaN
                                            ///< and infinities count as infinite
  std::int64_t largest_position = 0;        ///< the first where it stands
  int largest_pair = 0;
  double mean = 0;
  std::vector<std::optional<std::int64_t>> first_past;  ///< for each limit, first position with an error beyond it,
                                                        ///< decided in double-double where binary64 cannot

  /// Of the rows that follow these.
  void append(const TableErrors& later);
};

/// cos and sin are [rows][pairs], dtype fp32. Parts may be verified by different threads and appended in order of
/// position; the result does not depend on how they were cut, but for the last bits of the mean.
TableErrors verify_f32(const CertifiedTable& table, std::int64_t from, std::size_t rows, const float* cos,
                       const float* sin, std::span<const double> limits);

/// The same for a 16-bit dtype (fp16 or bf16).
TableErrors verify_16(const CertifiedTable& table, DType dtype, std::int64_t from, std::size_t rows,
                      const std::uint16_t* cos, const std::uint16_t* sin, std::span<const double> limits);

}  // namespace rope
