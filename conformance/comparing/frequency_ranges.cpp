// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Differences are taken of double-doubles, so that two frequencies with the same leading bits still have one.
#include "conformance/comparing/frequency_ranges.hpp"

#include <algorithm>
#include <cmath>

namespace rope::conformance {
namespace {

// A ratio of two binary64 numbers, each within 2^-53 of its exact value, is within 2^-51 of the exact ratio; two ratios
// that are one number are nearer than this to each other.
constexpr double one_ratio = 0x1p-49;

int common_pairs(const ComparedLayer& first, const ComparedLayer& other) {
  return std::min(first.layer.spec.pairs(), other.layer.spec.pairs());
}

/// Equal where the correctly rounded frequencies are: what the fingerprint holds.
bool equal(const ComparedLayer& first, const ComparedLayer& other, int pair) {
  return first.frequency(pair) == other.frequency(pair);
}

reports::PairRange range_of_one(const ComparedLayer& first, const ComparedLayer& other, int pair,
                                std::int64_t position) {
  reports::PairRange range;
  range.first = range.last = pair;
  range.relative_difference = relative_difference(first, other, pair);
  if (equal(first, other, pair)) {
    range.kind = "equal";
    return range;
  }
  range.kind = frequency_differs(first, other, pair) ? "varied" : "within";
  range.least_ratio = range.greatest_ratio = other.frequency(pair) / first.frequency(pair);
  range.phase = static_cast<double>(position) * frequency_difference(first, other, pair);
  return range;
}

bool of_one_ratio(const reports::PairRange& a, const reports::PairRange& b) {
  const auto differs = [](const reports::PairRange& range) { return range.kind == "varied" || range.kind == "scaled"; };
  return std::isfinite(a.least_ratio) && differs(a) && differs(b) &&
         std::abs(a.least_ratio - b.least_ratio) <= one_ratio * a.least_ratio;
}

void extend(reports::PairRange& range, const reports::PairRange& next) {
  range.last = next.last;
  range.least_ratio = std::min(range.least_ratio, next.least_ratio);
  range.greatest_ratio = std::max(range.greatest_ratio, next.greatest_ratio);
  range.relative_difference = std::max(range.relative_difference, next.relative_difference);
  range.phase = std::max(range.phase, next.phase);
}

}  // namespace

std::vector<reports::PairRange> frequency_ranges(const ComparedLayer& first, const ComparedLayer& other,
                                                 std::int64_t position) {
  // Neighbours that are equal, that cannot be told apart, or that have one ratio.
  std::vector<reports::PairRange> alike;
  for (int pair = 0; pair < common_pairs(first, other); ++pair) {
    reports::PairRange next = range_of_one(first, other, pair, position);
    const bool no_difference =
        !alike.empty() && alike.back().kind == next.kind && (next.kind == "equal" || next.kind == "within");
    if (no_difference || (!alike.empty() && of_one_ratio(alike.back(), next))) {
      if (!no_difference) alike.back().kind = "scaled";
      extend(alike.back(), next);
    } else {
      alike.push_back(next);
    }
  }
  // What is left over, in one range as far as it stays together.
  std::vector<reports::PairRange> out;
  for (const reports::PairRange& range : alike) {
    if (!out.empty() && out.back().kind == "varied" && range.kind == "varied") {
      extend(out.back(), range);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

reports::LargestDifference largest_difference(const ComparedLayer& first, const ComparedLayer& other) {
  reports::LargestDifference out;
  for (int pair = 0; pair < common_pairs(first, other); ++pair) {
    const double relative = relative_difference(first, other, pair);
    if (relative > out.relative) out = {relative, pair};
  }
  return out;
}

reports::PhaseDifference phase_difference(const ComparedLayer& first, const ComparedLayer& other, std::int64_t position,
                                          const std::string& limit) {
  reports::PhaseDifference out;
  out.position = position;
  out.limit = limit;
  for (int pair = 0; pair < common_pairs(first, other); ++pair) {
    if (equal(first, other, pair)) continue;
    const double radians = static_cast<double>(position) * frequency_difference(first, other, pair);
    if (radians > out.radians) {
      out.radians = radians;
      out.pair = pair;
    }
  }
  return out;
}

}  // namespace rope::conformance
