// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rounds: each method once in every round, in an order that changes, so that what disturbs the machine disturbs all
// alike; and what is said of them.
//
// Why not google-benchmark 1.7: its random interleaving shuffles repetitions of all benchmarks together, so that there
// is no round in which two methods stand side by side and no ratio within one, and it chooses the iterations itself.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reference/bench/method.hpp"
#include "reference/bench/spread.hpp"

namespace rope::bench {

struct Result {
  std::vector<double> ns_per_pair;  ///< one for each round
  std::uint64_t compared = 0;       ///< fp32 values held against the certified table
  std::uint64_t different = 0;      ///< of these, with other bits
  std::optional<LevelCounts> levels;
};

/// Result j is of method j. A round before the first is not counted: it warms up. Throws std::runtime_error where a
/// certified method differs from the table. `progress` is told before each round.
std::vector<Result> measure(const std::vector<Method>& methods, const Request& request, const Outputs& out,
                            const Truth& truth, const std::function<void(int round)>& progress);

}  // namespace rope::bench
