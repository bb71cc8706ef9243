// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// composition: rotating by n and then by m is rotating by n + m. The frequency error is the same in all three.
#include <cmath>

#include "conformance/checks/deviation.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {

reports::Case composition(const Probe& probe) {
  // (n, m) with n + m below the limit: near, far, and both orders.
  const std::int64_t limit = probe.fixture.spec.max_position;
  std::vector<std::int64_t> first;
  std::vector<std::int64_t> second;
  std::vector<std::int64_t> both;
  const auto all = spread_positions(limit);
  for (std::size_t a = 0; a < all.size(); a += 3) {
    for (std::size_t b = a % 2; b < all.size(); b += 5) {
      if (all[a] + all[b] >= limit) continue;
      first.push_back(all[a]);
      second.push_back(all[b]);
      both.push_back(all[a] + all[b]);
    }
  }
  const Rows rows = random_rows(probe, "composition", first);
  const RotateAnswer once = probe.rotate(request_for(probe, rows));
  if (auto none = no_answer(once)) return *none;
  const RotateAnswer twice = probe.rotate(request_for(probe, {for_each_head(second), rotated_rows(probe, once)}));
  if (auto none = no_answer(twice)) return *none;
  const RotateAnswer direct = probe.rotate(request_for(probe, {for_each_head(both), rows.values}));
  if (auto none = no_answer(direct)) return *none;
  const auto composed = rotated_rows(probe, twice);
  const auto at_once = rotated_rows(probe, direct);
  const double a = probe.fixture.spec.attention_factor;
  Deviations deviations(probe);
  const std::size_t pairs = probe.fixture.pairs();
  for (std::size_t n = 0; n < rows.positions.size() * pairs; ++n) {
    const auto value = [&](const std::vector<std::uint32_t>& tensor, std::size_t element) {
      return to_double(probe.dtype, tensor[2 * n + element]);
    };
    const double r = std::hypot(value(rows.values, 0), value(rows.values, 1));
    const double error =
        std::hypot(value(composed, 0) - a * value(at_once, 0), value(composed, 1) - a * value(at_once, 1));
    const std::size_t row = n / pairs % first.size();
    const int pair = static_cast<int>(n % pairs);
    deviations.add(
        error,
        [&](const Bounds& bounds, GradeLimit factors) {
          const auto e = [&](std::int64_t position) { return same_frequency_bound(bounds, position, pair, factors); };
          const double size = bounds.attention_factor();
          const double e_first = e(first[row]);
          const double e_second = e(second[row]);
          const double under = factors.beta * bounds.underflow();
          return r * (size * e_first + e_second * (size + e_first) + size * e(both[row]) + 0x1p-50 * size * size) +
                 under * (1 + 2 * size + e_second);
        },
        [&]() -> Deviation {
          return {both[row],
                  pair,
                  "random row, by " + std::to_string(first[row]) + " and then " + std::to_string(second[row]),
                  {number(probe.dtype, rows.values[2 * n]), number(probe.dtype, rows.values[2 * n + 1])},
                  {number(probe.dtype, at_once[2 * n]), number(probe.dtype, at_once[2 * n + 1])},
                  {number(probe.dtype, composed[2 * n]), number(probe.dtype, composed[2 * n + 1])}};
        });
  }
  return deviations.result("two rotations are not the rotation by the sum");
}

}  // namespace rope::conformance
