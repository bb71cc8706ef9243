// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The two larger figures: a long table verified in memory, and the longest window decided without storing it.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "reference/bench/work.hpp"
#include "reference/certified/table.hpp"

namespace rope::bench {

struct FullResult {
  int threads = 0;
  std::int64_t verified_positions = 0;
  // Seconds, one for each round.
  std::vector<double> make;    ///< the table of verified_positions, fp32, end to end
  std::vector<double> verify;  ///< largest and mean error and the count that is not correctly rounded
  std::vector<double> read;    ///< a plain read of the same bytes
  std::int64_t certified_positions = 0;
  std::vector<double> certify;  ///< end to end, nothing stored
  LevelCounts levels;           ///< of certify
};

/// 8 and 128 times request.positions: 2^20 and 2^24 by default. Throws std::runtime_error where the verifier finds
/// fault.
FullResult measure_full(const Request& request, int threads, const std::function<void(int round)>& progress);

}  // namespace rope::bench
