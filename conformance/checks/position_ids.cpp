// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// position-ids: a token's rotation is that of its position, whatever positions stand beside it and however they are
// given: falling, shuffled, repeated, other ones in each row.
#include <algorithm>
#include <array>
#include <numeric>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

constexpr std::size_t count = 16;

/// `count` positions that rise from 0 to the last one below the limit.
std::vector<std::int64_t> rising(std::int64_t limit) {
  const std::vector<std::int64_t> all = spread_positions(limit);
  std::vector<std::int64_t> out;
  for (std::size_t n = 0; n < count; ++n) out.push_back(all[n * (all.size() - 1) / (count - 1)]);
  return out;
}

std::vector<std::size_t> in_steps(std::size_t first, std::size_t step) {
  std::vector<std::size_t> out;
  for (std::size_t n = 0; n < count; ++n) out.push_back((first + n * step) % count);
  return out;
}

Tokens both(Tokens tokens, const Tokens& more) {
  append(tokens, more);
  return tokens;
}

}  // namespace

reports::Case position_ids(const Probe& probe) {
  Inquiry inquiry(probe, "position-ids");
  const Tokens one = random_tokens(probe, "position-ids/one", rising(probe.fixture.spec.max_position));
  const Tokens other = random_tokens(probe, "position-ids/other", one.positions);
  const auto one_out = inquiry.plain(one);
  const auto other_out = inquiry.plain(other);
  if (!one_out || !other_out) return inquiry.result("");
  const Tokens all = both(one, other);
  const Tokens all_out = both(*one_out, *other_out);

  // Tokens by their numbers in `all`: those of `other` come after those of `one`.
  std::vector<std::size_t> falling(count);
  std::iota(falling.rbegin(), falling.rend(), std::size_t{0});
  const std::vector<std::size_t> shuffled = in_steps(3, 5);  // 5 and 16 have no common divisor
  std::vector<std::size_t> repeated;                         // each position twice, with other elements
  for (std::size_t n = 0; n < count; ++n) repeated.insert(repeated.end(), {n, n + count});
  std::vector<std::size_t> apart = shuffled;  // two rows, each with an order of its own
  for (std::size_t n : in_steps(1, 3)) apart.push_back(n + count);
  std::vector<std::size_t> together = shuffled;  // two rows with the same positions
  for (std::size_t n : shuffled) together.push_back(n + count);

  const auto ask = [&](const std::vector<std::size_t>& numbers, int batch, PositionsAs as, const char* what) {
    const Tokens in = picked(all, numbers);
    RotateRequest request = request_for(probe, in, batch);
    request.arrangement.positions = as;
    if (const auto got = inquiry.ask(in, request, what)) inquiry.same(in, picked(all_out, numbers), *got, what);
  };
  ask(falling, 1, PositionsAs::any, "falling");
  ask(repeated, 1, PositionsAs::any, "repeated");
  ask(shuffled, 1, PositionsAs::token_int64, "shuffled, int64");
  ask(shuffled, 1, PositionsAs::token_int32, "shuffled, int32");
  ask(shuffled, 1, PositionsAs::token_strided, "shuffled, three apart in memory");
  ask(apart, 2, PositionsAs::token_int64, "another order in each row, int64");
  ask(apart, 2, PositionsAs::token_int32, "another order in each row, int32");
  ask(apart, 2, PositionsAs::token_strided, "another order in each row, three apart in memory");
  ask(together, 2, PositionsAs::token_shared, "one list for all rows");
  return inquiry.result("the other positions of a call change a token");
}

}  // namespace rope::conformance
