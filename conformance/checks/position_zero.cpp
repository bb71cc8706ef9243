// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// position-zero: at position 0 the angle is 0, cos is the attention factor, sin is 0.
#include <cmath>

#include "conformance/checks/deviation.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {

reports::Case position_zero(const Probe& probe) {
  // Between other positions, so that a table filled for the first row only does not serve.
  const std::int64_t last = probe.fixture.spec.max_position - 1;
  const Rows rows = random_rows(probe, "position-zero", {last, 0, last / 2, 0, 0, last, 0});
  const RotateAnswer answer = probe.rotate(request_for(probe, rows));
  if (auto none = no_answer(answer)) return *none;
  const auto out = rotated_rows(probe, answer);
  const double a = probe.fixture.spec.attention_factor;
  Deviations deviations(probe);
  const std::size_t pairs = probe.fixture.pairs();
  for (std::size_t n = 0; n < rows.positions.size() * pairs; ++n) {
    if (rows.positions[n / pairs] != 0) continue;
    const int pair = static_cast<int>(n % pairs);
    const double x[2] = {to_double(probe.dtype, rows.values[2 * n]), to_double(probe.dtype, rows.values[2 * n + 1])};
    const double y[2] = {to_double(probe.dtype, out[2 * n]), to_double(probe.dtype, out[2 * n + 1])};
    const double error = std::hypot(y[0] - a * x[0], y[1] - a * x[1]);
    const auto bound = [&](const Bounds& bounds, GradeLimit factors) {
      return std::hypot(x[0], x[1]) * (factors.beta * bounds.rounding(a, 0) + 0x1p-50 * bounds.attention_factor()) +
             factors.beta * bounds.underflow();
    };
    const auto more = [&]() -> Deviation {
      return {0,
              pair,
              "random row at position 0",
              {number(probe.dtype, rows.values[2 * n]), number(probe.dtype, rows.values[2 * n + 1])},
              {number(a * x[0]), number(a * x[1])},
              {number(probe.dtype, out[2 * n]), number(probe.dtype, out[2 * n + 1])}};
    };
    deviations.add(error, bound, more);
  }
  return deviations.result("position 0 is not the identity");
}

}  // namespace rope::conformance
