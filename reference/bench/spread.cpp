// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Quartiles by linear interpolation between order statistics; a shuffle that is no standard library's.
#include "reference/bench/spread.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

namespace rope::bench {

/// Fisher and Yates, with the raw generator: std::shuffle differs between standard libraries.
std::vector<std::size_t> shuffled_order(std::size_t count, std::mt19937& generator) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[generator() % i]);
  return order;
}

double seconds(const std::function<void()>& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - std::floor(place)) * (values[above] - values[below]);
  };
  return {quantile(0.5), quantile(0.25), quantile(0.75), values.front(), values.back()};
}

Ratio ratio_of(const std::vector<double>& method, const std::vector<double>& reference) {
  std::vector<double> within;
  for (std::size_t r = 0; r < method.size(); ++r) within.push_back(method[r] / reference[r]);
  return {spread_of(method).median / spread_of(reference).median, spread_of(within)};
}

}  // namespace rope::bench
