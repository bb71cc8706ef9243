// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The order of a round comes from a fixed seed: which method runs after which is the same in every run.
#include "reference/bench/measure.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>
#include <stdexcept>
#include <utility>

namespace rope::bench {
namespace {

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

std::vector<Result> measure(const std::vector<Method>& methods, const Request& request, const Outputs& out,
                            const Truth& truth, const std::function<void(int)>& progress) {
  std::vector<Result> results(methods.size());
  std::mt19937 generator(1);
  for (int round = -1; round < request.rounds; ++round) {
    progress(round);
    for (const std::size_t j : shuffled_order(methods.size(), generator)) {
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
