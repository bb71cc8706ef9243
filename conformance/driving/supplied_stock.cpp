// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A worker still has what was closed mapped until something else is mapped in its place, so that nothing is given out
// twice at a time, and nothing unlooked at.
#include "conformance/driving/supplied_stock.hpp"

#include <algorithm>
#include <utility>

namespace rope::conformance {

SuppliedAngles SuppliedStock::take(const SuppliedKind& kind) {
  const auto found =
      std::find_if(kept_.begin(), kept_.end(), [&](const SuppliedAngles& one) { return one.kind() == kind; });
  if (found == kept_.end()) return SuppliedAngles(kind);
  SuppliedAngles numbers = std::move(*found);
  kept_.erase(found);
  bytes_ -= numbers.bytes();
  return numbers.unchanged() ? std::move(numbers) : SuppliedAngles(kind);
}

void SuppliedStock::put_back(SuppliedAngles&& numbers) {
  bytes_ += numbers.bytes();
  kept_.push_back(std::move(numbers));
  while (bytes_ > most_bytes_) {
    bytes_ -= kept_.front().bytes();
    kept_.pop_front();
  }
}

}  // namespace rope::conformance
