// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What an exhaustive pass keeps of millions of cells: counts, the worst of each kind, first positions, and how errors
// are spread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "conformance/checks/accuracy.hpp"
#include "conformance/checks/seen_cell.hpp"

namespace rope::conformance {

/// Component errors in ulp of the tensor's dtype at the exact value, eight bins to an octave from 2^-10 to 2^40.
class UlpHistogram {
 public:
  static constexpr int first_octave = -10;
  static constexpr int octaves = 50;
  static constexpr int bins_per_octave = 8;

  void add(double ulps) { ++bins_[bin(ulps)]; }
  UlpHistogram& operator+=(const UlpHistogram& other);

  std::uint64_t count() const;
  /// Smallest bin edge that at least `share` of all errors do not exceed: at most 1/8 above the true percentile.
  double percentile(double share) const;
  /// How many lie at or below an edge 2^octave.
  std::uint64_t at_most(int octave) const;

 private:
  static std::size_t bin(double ulps) {
    // The exponent and the top three fraction bits number the bins; NaN and infinities are in the last.
    constexpr std::int64_t lowest = static_cast<std::int64_t>(1023 + first_octave) << 3;
    constexpr std::int64_t last = static_cast<std::int64_t>(octaves) * bins_per_octave;
    // One below: an error that is exactly an edge belongs to the bin under it.
    const auto key = static_cast<std::int64_t>((std::bit_cast<std::uint64_t>(ulps) - 1) >> 49);
    if (!(ulps > 0)) return ulps == 0 ? 0 : static_cast<std::size_t>(last);
    const std::int64_t at = key - lowest + 1;
    return static_cast<std::size_t>(at < 0 ? 0 : at > last ? last : at);
  }
  std::array<std::uint64_t, static_cast<std::size_t>(octaves) * bins_per_octave + 1> bins_{};
};

/// Limits of pair error in units of u_T·A·r (docs/numerics.md, "Tiers").
inline constexpr double tier_a = 1 + 1.0 / 16;
inline constexpr double tier_b = 3;

/// row_grade stays empty.
struct SweepAccuracy : Accuracy {
  double units = 0;  ///< largest pair error
  std::optional<SeenCell> worst_units;
  std::optional<std::int64_t> first_rounded_wrong, first_past_a, first_past_b;
  UlpHistogram ulps;
  double angle_error = 0;  ///< radians, largest over the positions where it was asked for

  /// Of positions that follow these, or of other heads: of two equally bad cells the one that is here stays.
  void append(const SweepAccuracy& later);
};

}  // namespace rope::conformance
