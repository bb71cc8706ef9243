// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The frequencies of two models pair by pair: ranges that differ in one way, and phases at given positions.
#pragma once

#include <cstdint>
#include <vector>

#include "conformance/comparing/compared_layer.hpp"
#include "reports/comparison.hpp"

namespace rope::conformance {

/// Pairs that both have, in ranges; phases are those at `position`.
std::vector<reports::PairRange> frequency_ranges(const ComparedLayer& first, const ComparedLayer& other,
                                                 std::int64_t position);

reports::LargestDifference largest_difference(const ComparedLayer& first, const ComparedLayer& other);

/// The largest |position · (difference of the frequencies)|, not reduced to one turn.
reports::PhaseDifference phase_difference(const ComparedLayer& first, const ComparedLayer& other, std::int64_t position,
                                          const std::string& limit);

}  // namespace rope::conformance
