// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Bounds grow with positions, so the first empty one is found by halving.
#include "conformance/checks/empty_contract.hpp"

#include <numbers>

namespace rope::conformance {

namespace {

class Emptiness {
 public:
  Emptiness(const Bounds& bounds, double alpha, double beta, int pairs)
      : bounds_(bounds), alpha_(alpha), beta_(beta), pairs_(pairs) {}

  /// At `position` or where a format of positions rounds as much as it can at that size: halfway between two of its
  /// numbers, an odd multiple of half their spacing, whatever that is.
  bool up_to(std::int64_t position) const {
    for (std::int64_t half = 1; half <= position; half *= 2) {
      const std::int64_t multiple = position / half;
      if (at((multiple - (multiple % 2 == 0 ? 1 : 0)) * half)) return true;
    }
    return at(position);
  }

 private:
  bool at(std::int64_t position) const {
    const double a = bounds_.attention_factor();
    for (int pair = 0; pair < pairs_; ++pair) {
      if (alpha_ * bounds_.angle(position, pair) >= std::numbers::pi / 3) return true;
      // With alpha 0 nothing is left of E but beta·L; errors that grow with the angle are as large as they are here.
      if (bounds_.rotation(position, pair, a, 0, 0, beta_) >= a) return true;
    }
    return false;
  }

  const Bounds& bounds_;
  double alpha_, beta_;
  int pairs_;
};

}  // namespace

std::optional<std::int64_t> empty_from(const Bounds& bounds, double alpha, double beta, int pairs, std::int64_t end) {
  const Emptiness empty(bounds, alpha, beta, pairs);
  if (end <= 0 || !empty.up_to(end - 1)) return std::nullopt;
  std::int64_t full = -1;  // the last that is known to say something
  std::int64_t first = end - 1;
  while (first - full > 1) {
    const std::int64_t middle = full + (first - full) / 2;
    (empty.up_to(middle) ? first : full) = middle;
  }
  return first;
}

}  // namespace rope::conformance
