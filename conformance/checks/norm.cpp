// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// norm: a rotation keeps lengths, times the attention factor. Blind to the angle, so its bound is rounding alone.
#include <cmath>

#include "conformance/checks/deviation.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {

reports::Case norm(const Probe& probe) {
  const Rows rows = random_rows(probe, "norm", spread_positions(probe.fixture.spec.max_position));
  const RotateAnswer answer = probe.rotate(request_for(probe, rows));
  if (auto none = no_answer(answer)) return *none;
  const auto out = rotated_rows(probe, answer);
  Deviations deviations(probe);
  const std::size_t pairs = probe.fixture.pairs();
  for (std::size_t n = 0; n < rows.positions.size() * pairs; ++n) {
    const double x0 = to_double(probe.dtype, rows.values[2 * n]);
    const double x1 = to_double(probe.dtype, rows.values[2 * n + 1]);
    const double r = std::hypot(x0, x1);
    const double got = std::hypot(to_double(probe.dtype, out[2 * n]), to_double(probe.dtype, out[2 * n + 1]));
    const double want = std::fabs(probe.fixture.spec.attention_factor) * r;
    const std::int64_t position = rows.positions[n / pairs];
    const int pair = static_cast<int>(n % pairs);
    deviations.add(
        std::fabs(got - want),
        [&](const Bounds& bounds, GradeLimit factors) {
          // 2^-50: two hypot and a difference of this check itself.
          return r * (factors.beta * rounding_bound(bounds) + 0x1p-50 * bounds.attention_factor()) +
                 factors.beta * bounds.underflow();
        },
        [&]() -> Deviation {
          return {position,
                  pair,
                  "random row, lengths",
                  {number(probe.dtype, rows.values[2 * n]), number(probe.dtype, rows.values[2 * n + 1])},
                  {number(want)},
                  {number(got)}};
        });
  }
  return deviations.result("lengths change");
}

}  // namespace rope::conformance
