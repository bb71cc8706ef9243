// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// negative-positions: a token before the first position is turned back by as much, as sliding windows and relative
// positions need.
#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/shorter_model.hpp"
#include "conformance/checks/truth.hpp"
#include "conformance/driving/description.hpp"
#include "rope_impl.h"

namespace rope::conformance {
namespace {

constexpr std::int64_t most_positions = std::int64_t{1} << 20;

}  // namespace

reports::Case negative_positions(const Probe& of_the_model) {
  const ShorterModel shorter(of_the_model, most_positions);
  const Probe& probe = shorter.probe();
  Inquiry inquiry(probe, "negative-positions");
  const char* const anything = "positions below 0";
  if (probe.description != nullptr) {
    const std::uint64_t family = ROPE_FAMILY_BIT(abi_family(probe.fixture.spec.family));
    const std::uint64_t without_rows =
        ROPE_SOURCE_BIT(ROPE_SOURCE_INV_FREQ) |
        ((probe.description->families & family) != 0 ? ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC) : 0);
    if ((probe.description->flags & ROPE_FLAG_NEGATIVE_POSITIONS) == 0) {
      inquiry.refused(anything, "it does not claim ROPE_FLAG_NEGATIVE_POSITIONS");
      return inquiry.result("");
    }
    if ((probe.description->sources & without_rows) == 0) {
      inquiry.refused(anything, "rows of supplied angles and tables begin at position 0");
      return inquiry.result("");
    }
  }
  const std::int64_t last = probe.fixture.spec.max_position - 1;
  const std::int64_t lowest = -probe.fixture.spec.max_position;  // rope_impl.h: one further than the last
  const struct {
    std::vector<std::int64_t> positions;
    PositionsAs as;
    Direction direction;
    const char* what;
  } ways[] = {
      {{-1, 3, -last, -2, 0, -77, last, lowest, -1023, -last / 2, -3},
       PositionsAs::token_int64,
       Direction::forward,
       "int64"},
      {{-1, 3, -last, -2, 0, -77, last, lowest, -1023, -last / 2, -3},
       PositionsAs::token_int32,
       Direction::forward,
       "int32"},
      {{-1, 3, -last, -2, 0, -77, last, lowest, -1023, -last / 2, -3},
       PositionsAs::any,
       Direction::backward,
       "backward"},
      {{-5, -4, -3, -2, -1, 0, 1, 2}, PositionsAs::offset, Direction::forward, "an offset below 0"},
      {{-9, -8, -7, -6}, PositionsAs::batch_offset, Direction::forward, "an offset below 0 for each row"},
      {{lowest, lowest + 1, lowest + 2}, PositionsAs::offset, Direction::forward, "the lowest offset"},
  };
  Spec as_far = probe.fixture.spec;
  as_far.max_position += 1;
  const Truth truth(as_far, probe.dtype, probe.judge.contract());
  const bool any_order = takes_any_positions(probe);
  for (const auto& [wanted, as, direction, what] : ways) {
    std::vector<std::int64_t> positions;
    for (const std::int64_t p : wanted) {
      if (p >= lowest && p <= last) positions.push_back(p);
    }
    const bool by_token = as != PositionsAs::offset && as != PositionsAs::batch_offset;
    if (by_token && !any_order && as != PositionsAs::any) continue;
    if (by_token && !any_order) positions = {-4, -3, -2, -1};
    if (positions.empty()) continue;
    const Tokens in = random_tokens(probe, "negative-positions", positions);
    RotateRequest request = request_for(probe, in);
    request.direction = direction;
    request.arrangement.positions = as;
    const auto answer = inquiry.answer(request, what);
    if (!answer) continue;
    if (const auto reason = too_coarse(*answer)) {
      inquiry.refused(what, *reason);
      continue;
    }
    add_true(inquiry.deviations(), truth, request, *answer, what);
  }
  return inquiry.result("a position below 0 is not turned back by as much");
}

}  // namespace rope::conformance
