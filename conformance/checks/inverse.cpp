// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// inverse: backward undoes forward at the same position. Both use one table, so any error of the angle cancels: this
// check sees the transpose and the rounding, not the frequencies.
#include <cmath>

#include "conformance/checks/deviation.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {

reports::Case inverse(const Probe& probe) {
  const Rows rows = random_rows(probe, "inverse", spread_positions(probe.fixture.spec.max_position));
  const RotateAnswer there = probe.rotate(request_for(probe, rows));
  if (auto none = no_answer(there)) return *none;
  RotateRequest back = request_for(probe, {rows.positions, rotated_rows(probe, there)});
  back.direction = Direction::backward;
  const RotateAnswer answer = probe.rotate(back);
  if (auto none = no_answer(answer)) return *none;
  const auto out = rotated_rows(probe, answer);
  const double a = probe.fixture.spec.attention_factor;
  Deviations deviations(probe);
  const std::size_t pairs = probe.fixture.pairs();
  for (std::size_t n = 0; n < rows.positions.size() * pairs; ++n) {
    const double x[2] = {to_double(probe.dtype, rows.values[2 * n]), to_double(probe.dtype, rows.values[2 * n + 1])};
    const double y[2] = {to_double(probe.dtype, out[2 * n]), to_double(probe.dtype, out[2 * n + 1])};
    const double r = std::hypot(x[0], x[1]);
    const std::int64_t position = rows.positions[n / pairs];
    const int pair = static_cast<int>(n % pairs);
    deviations.add(
        std::hypot(y[0] - a * a * x[0], y[1] - a * a * x[1]),
        [&](const Bounds& bounds, GradeLimit factors) {
          const double size = bounds.attention_factor();
          const double l = factors.beta * rounding_bound(bounds);
          return r * (2 * size * l + l * l + 0x1p-50 * size * size) +
                 factors.beta * bounds.underflow() * (1 + size + l);
        },
        [&]() -> Deviation {
          return {position,
                  pair,
                  "random row, forward and then backward",
                  {number(probe.dtype, rows.values[2 * n]), number(probe.dtype, rows.values[2 * n + 1])},
                  {number(a * a * x[0]), number(a * a * x[1])},
                  {number(probe.dtype, out[2 * n]), number(probe.dtype, out[2 * n + 1])}};
        });
  }
  return deviations.result("backward does not undo forward");
}

}  // namespace rope::conformance
