// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The work that every method does: one table, the same angles, the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "reference/spec.hpp"

namespace rope::bench {

/// What was asked for on the command line.
struct Request {
  std::int64_t positions = std::int64_t{1} << 17;
  int rounds = 11;
  int threads = 0;    ///< 0: 1, and 2 for the full figures
  bool full = false;  ///< the two larger figures besides
};

/// head_dim 128, so 64 pairs, and base 500000: Llama 3's table.
inline constexpr int base = 500000;
inline constexpr int head_dim = 128;
inline constexpr std::size_t pairs = head_dim / 2;
Spec table_spec();

/// Bytes that a pair of an fp32 table has: a cos and a sin.
inline constexpr std::size_t bytes_per_pair = 2 * sizeof(float);

/// inv_freq of pair i is base^exponent(i), and the exponent, -i/64, is a binary64 number.
constexpr double exponent(std::size_t pair) {
  return -static_cast<double>(pair) / static_cast<double>(pairs);
}

/// `count` of the positions 0 .. positions - 1, one in each of `count` equal parts; the place inside the part moves
/// with the round, so that rounds look at different rows. All positions where count is positions.
std::vector<std::int64_t> sampled_positions(std::int64_t positions, std::size_t count, int round, int rounds);

/// Cuts 0 .. rows - 1 into one run of rows for each thread and waits for all. What one throws is thrown again here.
void in_parts(int threads, std::size_t rows, const std::function<void(std::size_t from, std::size_t count)>& part);

}  // namespace rope::bench
