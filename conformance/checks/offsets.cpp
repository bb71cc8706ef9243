// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// offsets: one number for a run of tokens, or an int32 for each, stands for the same positions as an int64 for each.
#include <algorithm>
#include <utility>

#include "conformance/checks/properties.hpp"
#include "conformance/checks/same_rows.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t run_length = 24;

std::vector<std::int64_t> run_from(std::int64_t first) {
  std::vector<std::int64_t> out;
  for (std::int64_t p = first; p < first + run_length; ++p) out.push_back(p);
  return out;
}

}  // namespace

reports::Case offsets(const Probe& probe) {
  const std::int64_t limit = probe.fixture.spec.max_position;
  Deviations deviations(probe);
  std::size_t compared = 0;
  std::string refused;
  // A single token too: that is how decoding steps are asked for.
  std::vector<std::vector<std::int64_t>> runs{
      run_from(0), run_from(limit / 3), run_from(limit - run_length), {limit - 1}, {limit / 2}};
  for (const auto& run : runs) {
    if (run.front() < 0 || run.back() >= limit) continue;
    const Rows rows = random_rows(probe, "offsets", run);
    RotateRequest request = request_for(probe, rows);
    request.positions_as = PositionsAs::token_int64;
    RotateAnswer each = probe.rotate(request);
    if (each.status == RotateAnswer::Status::unsupported) {
      request.positions_as = PositionsAs::any;  // whatever else it has is then compared with its favourite kind
      each = probe.rotate(request);
    }
    if (auto none = no_answer(each)) return *none;
    const auto expected = rotated_rows(probe, each);
    constexpr std::pair<PositionsAs, const char*> kinds[] = {{PositionsAs::offset, "an offset"},
                                                             {PositionsAs::batch_offset, "an offset by row"},
                                                             {PositionsAs::token_int32, "int32 positions"}};
    for (const auto& [kind, words] : kinds) {
      request.positions_as = kind;
      const RotateAnswer answer = probe.rotate(request);
      if (answer.status == RotateAnswer::Status::unsupported) {
        refused = answer.message;
        continue;
      }
      if (auto none = no_answer(answer)) return *none;
      ++compared;
      add_same_rows(deviations, probe, rows, expected, rotated_rows(probe, answer), words);
    }
  }
  if (compared == 0) {
    reports::Case none;
    none.verdict = reports::Verdict::unsupported;
    none.message = refused;
    return none;
  }
  return deviations.result("positions given another way give another rotation");
}

}  // namespace rope::conformance
