// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// position-axes: with several positions for each token (M-RoPE) a pair is rotated by the position of its own axis.
// Three axes, or as many as there are pairs.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/same_rows.hpp"

namespace rope::conformance {
namespace {

constexpr std::size_t most_axes = 3;
constexpr int rows = 2;
constexpr std::int64_t row_tokens = 4;

/// Pairs in turn, as Qwen3-VL interleaves them.
std::vector<std::uint32_t> in_turn(int pairs) {
  std::vector<std::uint32_t> out;
  for (int pair = 0; pair < pairs; ++pair)
    out.push_back(static_cast<std::uint32_t>(static_cast<std::size_t>(pair) % most_axes));
  return out;
}

/// Sections as Qwen2-VL has them: a quarter of the pairs, then three eighths twice.
std::vector<std::uint32_t> in_sections(int pairs) {
  std::vector<std::uint32_t> out;
  for (int pair = 0; pair < pairs; ++pair) out.push_back(4 * pair < pairs ? 0 : 8 * pair < 5 * pairs ? 1 : 2);
  return out;
}

}  // namespace

reports::Case position_axes(const Probe& probe) {
  Inquiry inquiry(probe, "position-axes");
  const int pairs = probe.fixture.spec.pairs();
  const std::vector<std::int64_t> runs = run_positions(probe, rows, row_tokens);
  const std::size_t axes = std::min(most_axes, static_cast<std::size_t>(pairs));
  std::array<Tokens, most_axes> in;
  std::array<std::optional<Tokens>, most_axes> expected;
  std::vector<std::int64_t> of_each_axis;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    // Time, height and width: each elsewhere, none past the limit or below 0.
    std::vector<std::int64_t> positions = runs;
    for (std::int64_t& p : positions) p /= static_cast<std::int64_t>(axis + 1);
    if (!takes_any_positions(probe)) {
      // A run divided is no run any more: moved down as a whole instead.
      positions = runs;
      const std::int64_t down = *std::min_element(runs.begin(), runs.end()) / 4 * static_cast<std::int64_t>(axis);
      for (std::int64_t& p : positions) p -= down;
    }
    of_each_axis.insert(of_each_axis.end(), positions.begin(), positions.end());
    in[axis] = random_tokens(probe, "position-axes", positions);
    expected[axis] = inquiry.plain(in[axis], rows);
    if (!expected[axis]) return inquiry.result("");
  }
  const std::array<std::optional<Tokens>, most_axes> forward = expected;
  RotateRequest request = request_for(probe, in[0], rows);
  const struct {
    std::vector<std::uint32_t> pair_axis;
    PositionsAs positions;
    Direction direction;
    const char* how;
  } ways[] = {
      {in_turn(pairs), PositionsAs::any, Direction::forward, "in turn"},
      {in_sections(pairs), PositionsAs::any, Direction::forward, "in sections"},
      {in_turn(pairs), PositionsAs::token_int32, Direction::forward, "of int32 positions"},
      {in_turn(pairs), PositionsAs::token_strided, Direction::forward, "of strided positions"},
      {in_turn(pairs), PositionsAs::any, Direction::backward, "in turn, backward"},
  };
  const std::string several = axes == 3 ? "three axes" : axes == 2 ? "two axes" : "one axis";
  for (const auto& [pair_axis, positions_as, direction, how] : ways) {
    const std::string what = fmt::format("{} {}", several, how);
    request.positions = of_each_axis;
    request.pair_axis = pair_axis;
    request.direction = direction;
    request.arrangement.positions = positions_as;
    const auto got = inquiry.ask(in[0], request, what);
    if (!got) continue;
    bool there = true;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      expected[axis] = direction == Direction::forward ? forward[axis] : inquiry.plain(in[axis], request, rows);
      there = there && expected[axis].has_value();
    }
    if (!there) continue;
    const auto values = rows_of(probe, *got).values;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      const Rows asked = rows_of(probe, in[axis]);
      const auto wanted = rows_of(probe, *expected[axis]).values;
      for (std::size_t n = 0; n < asked.positions.size() * probe.fixture.pairs(); ++n) {
        if (pair_axis[n % probe.fixture.pairs()] != axis) continue;
        add_same_pair(inquiry.deviations(), probe, asked, n, wanted, values, Bits::compared, what);
      }
    }
    inquiry.same_beside(in[0], *got, what);
  }
  const std::string together = several + " with the same positions";
  request.direction = Direction::forward;
  request.arrangement.positions = PositionsAs::any;
  request.positions.clear();
  for (std::size_t axis = 0; axis < axes; ++axis) {
    request.positions.insert(request.positions.end(), runs.begin(), runs.end());
  }
  request.pair_axis = in_turn(pairs);
  if (const auto got = inquiry.ask(in[0], request, together)) inquiry.same(in[0], *forward[0], *got, together);
  return inquiry.result("a pair is not rotated by the position of its axis");
}

}  // namespace rope::conformance
