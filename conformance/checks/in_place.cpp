// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// in-place: outputs that replace their inputs are the outputs of a call that does not.
#include "conformance/checks/properties.hpp"
#include "conformance/checks/same_rows.hpp"

namespace rope::conformance {

reports::Case in_place(const Probe& probe) {
  if (probe.in_place_only) {
    reports::Case out;
    out.verdict = reports::Verdict::not_observable;
    out.message = "it works in place only: there is nothing else to hold it against";
    return out;
  }
  const Rows rows = random_rows(probe, "in-place", spread_positions(probe.fixture.spec.max_position));
  RotateRequest request = request_for(probe, rows);
  const RotateAnswer apart = probe.rotate(request);
  if (auto none = no_answer(apart)) return *none;
  request.arrangement.in_place = true;
  const RotateAnswer answer = probe.rotate(request);
  if (auto none = no_answer(answer)) return *none;
  Deviations deviations(probe);
  add_same_rows(deviations, probe, rows, rotated_rows(probe, apart), rotated_rows(probe, answer),
                "in place against out of place");
  return deviations.result("in place gives other values");
}

}  // namespace rope::conformance
