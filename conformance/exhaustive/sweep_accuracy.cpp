// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Parts are appended in order of position, so that the outcome does not depend on how the work was cut.
#include "conformance/exhaustive/sweep_accuracy.hpp"

#include <algorithm>
#include <cmath>

namespace rope::conformance {
namespace {

void keep_earlier(std::optional<std::int64_t>& mine, const std::optional<std::int64_t>& theirs) {
  if (theirs) mine = mine ? std::min(*mine, *theirs) : *theirs;
}

}  // namespace

UlpHistogram& UlpHistogram::operator+=(const UlpHistogram& other) {
  for (std::size_t n = 0; n < bins_.size(); ++n) bins_[n] += other.bins_[n];
  return *this;
}

std::uint64_t UlpHistogram::count() const {
  std::uint64_t all = 0;
  for (const std::uint64_t n : bins_) all += n;
  return all;
}

double UlpHistogram::percentile(double share) const {
  const std::uint64_t all = count();
  if (all == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(all)));
  std::uint64_t seen = 0;
  for (std::size_t n = 0; n < bins_.size(); ++n) {
    seen += bins_[n];
    if (seen < wanted) continue;
    if (n + 1 == bins_.size()) return HUGE_VAL;
    // Bin n ends at 2^octave·(1 + k/8).
    const int octave = first_octave + static_cast<int>(n) / bins_per_octave;
    const int eighth = static_cast<int>(n) % bins_per_octave;
    return n == 0 ? std::ldexp(1.0, first_octave) : std::ldexp(1 + eighth / 8.0, octave);
  }
  return HUGE_VAL;
}

std::uint64_t UlpHistogram::at_most(int octave) const {
  const auto last = static_cast<std::size_t>((octave - first_octave) * bins_per_octave);
  std::uint64_t all = 0;
  for (std::size_t n = 0; n <= last && n < bins_.size(); ++n) all += bins_[n];
  return all;
}

void SweepAccuracy::append(const SweepAccuracy& later) {
  merge(later);
  if (later.worst_units) keep_larger(units, worst_units, later.units, *later.worst_units);
  keep_earlier(first_rounded_wrong, later.first_rounded_wrong);
  keep_earlier(first_past_a, later.first_past_a);
  keep_earlier(first_past_b, later.first_past_b);
  ulps += later.ulps;
  angle_error = std::max(angle_error, later.angle_error);
}

}  // namespace rope::conformance
