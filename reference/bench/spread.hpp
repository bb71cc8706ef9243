// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Times of rounds, and what is said of them; the order of a round.
#pragma once

#include <cstddef>
#include <functional>
#include <random>
#include <vector>

namespace rope::bench {

/// Of one figure over all rounds; quartiles by linear interpolation between order statistics.
struct Spread {
  double median = 0, lower_quartile = 0, upper_quartile = 0, smallest = 0, largest = 0;
};
/// Of one number or more.
Spread spread_of(std::vector<double> values);

/// What method's figures are against reference's: the ratio of medians, and the spread of the ratios within rounds.
struct Ratio {
  double of_medians = 0;
  Spread within_rounds;
};
Ratio ratio_of(const std::vector<double>& method, const std::vector<double>& reference);

/// Seconds that a call takes.
double seconds(const std::function<void()>& call);

/// 0 .. count - 1 in an order that comes from the generator alone: the same on every machine.
std::vector<std::size_t> shuffled_order(std::size_t count, std::mt19937& generator);

}  // namespace rope::bench
