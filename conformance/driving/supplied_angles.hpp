// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The numbers that an implementation gets instead of making them: inv_freq, angles, or tables of cos and sin, in the
// form that it takes, in memory that can be shared with a worker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "conformance/driving/arrangement.hpp"
#include "conformance/protocol/messages.hpp"
#include "conformance/protocol/shared_memory.hpp"
#include "reference/spec.hpp"

namespace rope::conformance {

/// Which numbers: two equal ones have the same bytes. `source` is not parametric and nothing in `form` is open.
struct SuppliedKind {
  Spec spec;  ///< max_position: rows of angles and tables
  AngleSource source = AngleSource::tables;
  SuppliedForm form;
  friend bool operator==(const SuppliedKind&, const SuppliedKind&) = default;
};

/// Source, matrices and width of the spec on the wire, without places.
void describe_supplied(const SuppliedKind& kind, protocol::WireSpec& wire);

/// How many bytes the matrices have together.
std::uint64_t supplied_bytes(const SuppliedKind& kind);

/// Tables are correctly rounded to their dtype and contain the attention factor. inv_freq and angles are within
/// (1/2 + 2^-20) ulp of the exact product in theirs, and do not contain it. What a row lacks up to row_stride, and what
/// lies behind the last row, are NaN, so that reading past a row shows in results.
class SuppliedAngles {
 public:
  explicit SuppliedAngles(const SuppliedKind& kind);

  const SuppliedKind& kind() const { return kind_; }
  /// nullptr: there is no second matrix.
  const SharedMemory* memory(std::size_t matrix) const { return memory_[matrix] ? &*memory_[matrix] : nullptr; }
  /// Of both matrices, in memory.
  std::size_t bytes() const;
  /// Whether every byte is as it was made.
  bool unchanged() const;

 private:
  SuppliedKind kind_;
  std::array<std::optional<SharedMemory>, 2> memory_;
  std::array<std::uint64_t, 2> checksum_{};
};

}  // namespace rope::conformance
