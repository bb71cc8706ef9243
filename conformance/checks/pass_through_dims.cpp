// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// pass-through-dims: the elements of a head outside [dim_offset, dim_offset + rotary_dim) come out as they went in.
#include <fmt/format.h>

#include <cmath>

#include "conformance/checks/deviation.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"
#include "fixtures/random.hpp"

namespace rope::conformance {

reports::Case pass_through_dims(const Probe& probe) {
  reports::Case out;
  const Spec& spec = probe.fixture.spec;
  if (spec.rotary_dim == spec.head_dim) {
    out.verdict = reports::Verdict::not_observable;
    out.message = "the model rotates every element of a head";
    return out;
  }
  const Rows rows = random_rows(probe, "pass-through-dims", spread_positions(spec.max_position));
  RotateRequest request = request_for(probe, rows);
  const auto head = static_cast<std::size_t>(spec.head_dim);
  const auto passes = [&](std::size_t index) {
    const int element = static_cast<int>(index % head);
    return element < spec.dim_offset || element >= spec.dim_offset + spec.rotary_dim;
  };
  const std::uint64_t stream = fixtures::stream("pass-through-dims/tail");
  for (std::size_t index = 0; index < request.q.size(); ++index) {
    if (!passes(index)) continue;
    request.q[index] = fixtures::random_element(probe.fixture.seed, stream, 2 * index, probe.dtype);
  }
  for (std::size_t index = 0; index < request.k.size(); ++index) {
    if (!passes(index)) continue;
    request.k[index] = fixtures::random_element(probe.fixture.seed, stream, 2 * index + 1, probe.dtype);
  }
  for (bool in_place : {false, true}) {
    request.in_place = in_place;
    const RotateAnswer answer = probe.rotate(request);
    if (in_place && answer.status == RotateAnswer::Status::unsupported) continue;
    if (auto none = no_answer(answer)) return *none;
    for (bool of_q : {true, false}) {
      const auto& before = of_q ? request.q : request.k;
      const auto& after = of_q ? answer.q : answer.k;
      const auto token = head * static_cast<std::size_t>(of_q ? property_q_heads : property_k_heads);
      for (std::size_t index = 0; index < before.size(); ++index) {
        if (!passes(index)) continue;
        ++out.cells;
        if (after[index] == before[index] || out.verdict == reports::Verdict::fail) continue;
        out.verdict = reports::Verdict::fail;
        out.message = fmt::format("element {} of {} at position {} is changed{}", index % head, of_q ? "q" : "k",
                                  request.positions[index / token], in_place ? ", in place" : "");
        reports::Worst worst;
        worst.position = request.positions[index / token];
        worst.pair = -1;
        worst.dtype = name(probe.dtype);
        worst.input_kind = fmt::format("element {}", index % head);
        worst.inputs = worst.expected = {number(probe.dtype, before[index])};
        worst.got = {number(probe.dtype, after[index])};
        worst.error = HUGE_VAL;
        out.worst = std::move(worst);
        out.ratio = HUGE_VAL;
      }
    }
  }
  if (out.verdict != reports::Verdict::fail) {
    out.verdict = reports::Verdict::pass;
    out.ratio = 0;
  }
  return out;
}

}  // namespace rope::conformance
