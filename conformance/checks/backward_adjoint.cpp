// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// backward-adjoint: backward is the transpose of forward, pair by pair: <R x, g> = <x, R^T g>; with tables that are no
// rotation, too, where backward must multiply before it moves elements and not after.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t tokens = 40;
constexpr std::int64_t most_table_rows = 4096;

}  // namespace

reports::Case backward_adjoint(const Probe& probe) {
  Inquiry inquiry(probe, "backward-adjoint");
  const std::size_t pairs = probe.fixture.pairs();
  const std::vector<std::int64_t> to_the_limit = any_positions(probe, 1, tokens);
  // Supplied tables have a row for each position below the limit that prepare is told.
  const std::int64_t table_limit = std::min(probe.fixture.spec.max_position, most_table_rows);
  std::vector<std::int64_t> in_the_table = to_the_limit;
  for (std::int64_t& position : in_the_table) position %= table_limit;

  /// `bound`: of the error of one rotation, for r = 1.
  const auto ask = [&](const Arrangement& arrangement, const std::vector<std::int64_t>& positions, std::int64_t limit,
                       const std::string& what, const auto& bound) {
    const Tokens x = random_tokens(probe, "backward-adjoint/x", positions);
    const Tokens g = random_tokens(probe, "backward-adjoint/g", positions);
    RotateRequest forward = request_for(probe, x);
    RotateRequest backward = request_for(probe, g);
    forward.max_position = backward.max_position = limit;
    forward.arrangement = backward.arrangement = arrangement;
    backward.direction = Direction::backward;
    const auto rotated = inquiry.ask(x, forward, what);
    const auto back = rotated ? inquiry.ask(g, backward, what + ", backward") : std::nullopt;
    if (!back) return;
    const Rows rows = rows_of(probe, x);
    const auto at = [&](const Tokens& from) {
      std::vector<double> out;
      for (std::uint32_t bits : rows_of(probe, from).values) out.push_back(to_double(probe.dtype, bits));
      return out;
    };
    const std::vector<double> xs = at(x), gs = at(g), ys = at(*rotated), ts = at(*back);
    for (std::size_t n = 0; n < rows.positions.size() * pairs; ++n) {
      const std::int64_t position = rows.positions[n / pairs];
      const int pair = static_cast<int>(n % pairs);
      const double left = ys[2 * n] * gs[2 * n] + ys[2 * n + 1] * gs[2 * n + 1];
      const double right = xs[2 * n] * ts[2 * n] + xs[2 * n + 1] * ts[2 * n + 1];
      const double x_size = std::hypot(xs[2 * n], xs[2 * n + 1]);
      const double g_size = std::hypot(gs[2 * n], gs[2 * n + 1]);
      // Each side is the exact inner product, plus that of one vector with the error of the other's rotation; 2^-50 of
      // the size is this function's own six roundings.
      inquiry.deviations().add(
          std::fabs(left - right),
          [&](const Bounds& bounds, GradeLimit factors) {
            return x_size * g_size *
                       (2 * bound(bounds, factors, position, pair) + 0x1p-50 * bounds.attention_factor()) +
                   (x_size + g_size) * factors.beta * bounds.underflow();
          },
          [&]() -> Deviation {
            return {
                position,       pair,
                what,           {number(xs[2 * n]), number(xs[2 * n + 1]), number(gs[2 * n]), number(gs[2 * n + 1])},
                {number(left)}, {number(right)}};
          });
    }
  };
  ask({}, to_the_limit, probe.fixture.spec.max_position, "<R x, g> against <x, R^T g>",
      [](const Bounds& bounds, GradeLimit factors, std::int64_t position, int pair) {
        return same_frequency_bound(bounds, position, pair, factors);
      });
  Arrangement uneven;
  uneven.source = AngleSource::tables;
  uneven.form.full_width = true;
  uneven.form.uneven_halves = true;
  // Entries are at most A, so every product is as in rounding_bound; but rows of two positions' entries can make an
  // output sqrt 2 times as long as a rotation does, and what rounds it counts so much more. The angle is the suite's.
  ask(uneven, in_the_table, table_limit, "the same with tables of uneven halves",
      [](const Bounds& bounds, GradeLimit factors, std::int64_t, int) {
        return std::numbers::sqrt2 * factors.beta * rounding_bound(bounds);
      });
  return inquiry.result("backward is not the transpose of forward");
}

}  // namespace rope::conformance
