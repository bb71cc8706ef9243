// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Judges every cell of a chunk of consecutive positions against the certified truth, which is made row by row and
// forgotten again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "conformance/exhaustive/quick_limits.hpp"
#include "conformance/exhaustive/sweep_accuracy.hpp"
#include "reference/certified/table.hpp"

namespace rope::conformance {

/// Consecutive positions, and what an implementation made of three heads at each: e1 and e2 as q, a keyed random row as
/// k. Tensors in memory order, [rows][heads][head_dim], bits of the dtype.
struct SweepChunk {
  std::int64_t first = 0;
  std::size_t rows = 0;
  Pairing pairing = Pairing::half_split;
  std::vector<std::uint32_t> k_in, q_out, k_out;
};

struct SweepFindings {
  SweepAccuracy table;     ///< heads e1 and e2
  SweepAccuracy rotation;  ///< the random head
  void append(const SweepFindings& later);
};

/// Immutable, thread-safe; refers to the table and the judge, which must outlive it.
class SweepVerifier {
 public:
  /// angle_from, angle_to: at positions from the first to before the second the phase of e1 is measured, too.
  SweepVerifier(const CertifiedTable& table, const Judge& judge, DType dtype, std::int64_t angle_from,
                std::int64_t angle_to);

  /// The same whatever `threads` is. Throws Unresolved where the table does, std::invalid_argument where the chunk lies
  /// outside it.
  SweepFindings verify(const SweepChunk& chunk, int threads) const;

 private:
  template <DType dtype>
  SweepFindings verify_rows(const SweepChunk& chunk, std::size_t first, std::size_t last) const;

  const CertifiedTable& table_;
  const Judge& judge_;
  QuickLimits limits_;
  DType dtype_;
  std::int64_t angle_from_, angle_to_;
};

}  // namespace rope::conformance
