// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Supplied numbers that no handle has any more, kept for the next one that is given the same: checks go to and fro
// between a few forms, and making a table takes longer than any call with it.
#pragma once

#include <cstddef>
#include <list>

#include "conformance/driving/supplied_angles.hpp"

namespace rope::conformance {

class SuppliedStock {
 public:
  /// `most_bytes`: what is kept altogether.
  explicit SuppliedStock(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// Made where there are none of this kind, or where those are not as they were made.
  SuppliedAngles take(const SuppliedKind& kind);

  /// What was put back first goes first where there is no room.
  void put_back(SuppliedAngles&& numbers);

 private:
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<SuppliedAngles> kept_;
};

}  // namespace rope::conformance
