// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// determinism: the same call gives the same bits, again and after other calls on the same handle.
#include <algorithm>

#include "conformance/checks/properties.hpp"
#include "conformance/checks/same_rows.hpp"

namespace rope::conformance {

reports::Case determinism(const Probe& probe) {
  const Rows rows = random_rows(probe, "determinism", spread_positions(probe.fixture.spec.max_position));
  const RotateRequest request = request_for(probe, rows);
  const RotateAnswer first = probe.rotate(request);
  if (auto none = no_answer(first)) return *none;
  const auto expected = rotated_rows(probe, first);
  Deviations deviations(probe);
  for (int repeat = 0; repeat < 4; ++repeat) {
    if (repeat % 2 == 1) {
      // Other positions, other values, another length in between.
      std::vector<std::int64_t> others(rows.positions.rbegin(), rows.positions.rend());
      others.resize(std::max<std::size_t>(1, others.size() / 2));
      if (auto none = no_answer(probe.rotate(request_for(probe, random_rows(probe, "determinism/others", others))))) {
        return *none;
      }
    }
    const RotateAnswer again = probe.rotate(request);
    if (auto none = no_answer(again)) return *none;
    add_same_rows(deviations, probe, rows, expected, rotated_rows(probe, again), "the same call again");
  }
  return deviations.result("the same call gives other values");
}

}  // namespace rope::conformance
