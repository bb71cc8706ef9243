// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The order of a round comes from a fixed seed: which method runs after which is the same in every run.
#include "reference/bench/measure.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <stdexcept>
#include <utility>

namespace rope::bench {
namespace {

/// Fisher and Yates, with the raw generator: std::shuffle differs between standard libraries.
std::vector<std::size_t> shuffled(std::size_t count, std::mt19937& generator) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[generator() % i]);
  return order;
}

std::uint64_t different_bits(const float* a, const float* b) {
  if (std::memcmp(a, b, pairs * sizeof *a) == 0) return 0;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    count += std::bit_cast<std::uint32_t>(a[i]) != std::bit_cast<std::uint32_t>(b[i]) ? 1 : 0;
  }
  return count;
}

void compare(const std::vector<std::int64_t>& positions, const Outputs& out, const Truth& truth, Result& result) {
  for (std::size_t j = 0; j < positions.size(); ++j) {
    const std::size_t expected = static_cast<std::size_t>(positions[j]) * pairs;
    result.different += different_bits(&out.cos[j * pairs], &truth.cos[expected]) +
                        different_bits(&out.sin[j * pairs], &truth.sin[expected]);
  }
  result.compared += 2 * positions.size() * pairs;
}

}  // namespace

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

std::vector<Result> measure(const std::vector<Method>& methods, const Request& request, const Outputs& out,
                            const Truth& truth, const std::function<void(int)>& progress) {
  std::vector<Result> results(methods.size());
  std::mt19937 generator(1);
  for (int round = -1; round < request.rounds; ++round) {
    progress(round);
    for (const std::size_t j : shuffled(methods.size(), generator)) {
      const Method& method = methods[j];
      const std::vector<std::int64_t> positions =
          sampled_positions(request.positions, method.rows, std::max(round, 0), request.rounds);
      const double time = seconds([&] { method.run(positions); });
      if (round < 0) continue;
      Result& result = results[j];
      result.ns_per_pair.push_back(1e9 * time / static_cast<double>(method.rows * pairs));
      result.levels = method.levels();
      if (method.stores_fp32) compare(positions, out, truth, result);
      if (method.certified && result.different != 0) {
        throw std::runtime_error(method.title + ": " + std::to_string(result.different) + " of " +
                                 std::to_string(result.compared) +
                                 " values differ from the certified table, and both are certain; one of them is wrong");
      }
    }
  }
  return results;
}

}  // namespace rope::bench
