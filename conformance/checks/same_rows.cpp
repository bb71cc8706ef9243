// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Where bits are not promised, a vector body and a scalar tail may round differently; they may not do more.
#include "conformance/checks/same_rows.hpp"

#include <cmath>

#include "conformance/checks/number_text.hpp"

namespace rope::conformance {

void add_same_pair(Deviations& deviations, const Probe& probe, const Rows& rows, std::size_t n,
                   const std::vector<std::uint32_t>& expected, const std::vector<std::uint32_t>& got, Bits bits,
                   const std::string& what) {
  const std::size_t pairs = probe.fixture.pairs();
  const std::int64_t position = rows.positions[n / pairs];
  const int pair = static_cast<int>(n % pairs);
  const auto r = [&] {
    return std::hypot(to_double(probe.dtype, rows.values[2 * n]), to_double(probe.dtype, rows.values[2 * n + 1]));
  };
  for (std::size_t at : {2 * n, 2 * n + 1}) {
    deviations.add_same(
        expected[at], got[at], bits,
        [&](const Bounds& bounds, GradeLimit factors) {
          return 2 * (r() * same_frequency_bound(bounds, position, pair, factors) + factors.beta * bounds.underflow());
        },
        [&]() -> Deviation {
          return {position,
                  pair,
                  what,
                  {number(probe.dtype, rows.values[2 * n]), number(probe.dtype, rows.values[2 * n + 1])},
                  {number(probe.dtype, expected[at])},
                  {number(probe.dtype, got[at])}};
        });
  }
}

void add_same_rows(Deviations& deviations, const Probe& probe, const Rows& rows,
                   const std::vector<std::uint32_t>& expected, const std::vector<std::uint32_t>& got,
                   const std::string& what) {
  for (std::size_t n = 0; n < rows.positions.size() * probe.fixture.pairs(); ++n) {
    add_same_pair(deviations, probe, rows, n, expected, got, Bits::compared, what);
  }
}

}  // namespace rope::conformance
