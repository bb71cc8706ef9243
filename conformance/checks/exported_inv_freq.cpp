// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// inv-freq: what export_inv_freq hands out is the model's inv_freq, and what the kernel rotates by.
#include <fmt/format.h>

#include <cmath>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/shorter_model.hpp"
#include "conformance/checks/truth.hpp"
#include "conformance/checks/verdict.hpp"
#include "reference/exact.hpp"

namespace rope::conformance {
namespace {

// Handed out as binary64: one rounding, relative.
constexpr double handed_out = 0x1p-53;

// What a message of the worker has room for (conformance/protocol/messages.hpp: max_exported).
constexpr std::size_t most_exported = 2048;

/// Each number against the model's own: S1 at each strictness. False where one is no frequency at all.
bool add_frequencies(Inquiry& inquiry, const Probe& probe, const std::vector<double>& got) {
  const Exact exact(probe.fixture.spec);
  bool usable = true;
  for (int pair = 0; pair < probe.fixture.spec.pairs(); ++pair) {
    const DoubleDouble wanted = exact.inv_freq(pair);
    const double value = got[static_cast<std::size_t>(pair)];
    usable = usable && std::isfinite(value) && value >= 0;
    const double rounding = handed_out * wanted.hi;
    const auto limit = [&](const Bounds& bounds, GradeLimit factors) {
      return factors.alpha * bounds.frequency(pair) + rounding;
    };
    inquiry.deviations().add(std::fabs((value - wanted.hi) - wanted.lo), limit, [&]() -> Deviation {
      return {1, pair, "exported inv_freq", {}, {number(wanted.hi)}, {number(value)}};
    });
  }
  return usable;
}

}  // namespace

reports::Case exported_inv_freq(const Probe& of_the_model) {
  const ShorterModel shorter(of_the_model, affordable_positions(of_the_model));
  const Probe& probe = shorter.probe();
  Inquiry inquiry(probe, "inv-freq");
  const char* const what = "export_inv_freq";
  const auto pairs = static_cast<std::size_t>(probe.fixture.spec.pairs());
  if (pairs > most_exported) {
    inquiry.refused(what,
                    fmt::format("the model has {} pairs; the suite takes at most {} numbers", pairs, most_exported));
    return inquiry.result("");
  }
  const std::vector<std::int64_t> positions =
      takes_any_positions(probe) ? spread_positions(probe.fixture.spec.max_position) : run_positions(probe, 1, 8);
  const Tokens in = random_tokens(probe, "inv-freq", positions);
  RotateRequest request = request_for(probe, in);
  request.export_inv_freq = true;
  const auto answer = inquiry.answer(request, what);
  if (!answer) return inquiry.result("");
  if (!answer->no_inv_freq.empty()) {
    inquiry.refused(what, answer->no_inv_freq);
    return inquiry.result("");
  }
  if (const auto reason = too_coarse(*answer)) {
    inquiry.refused(what, *reason);
    return inquiry.result("");
  }
  if (answer->inv_freq.size() != pairs) {
    inquiry.fail(fmt::format("export_inv_freq handed out {} numbers, expected {}", answer->inv_freq.size(), pairs));
    return inquiry.result("");
  }
  if (!add_frequencies(inquiry, probe, answer->inv_freq)) {
    return inquiry.result("what export_inv_freq hands out is not the model's inv_freq");
  }
  // Whatever they are, the outputs must be those of these very numbers.
  Spec by_these = probe.fixture.spec;
  by_these.family = GivenFamily{answer->inv_freq};
  by_these.theta = 0;  // given numbers have no base
  if (const auto reason = problem(by_these)) {
    inquiry.fail(fmt::format("what export_inv_freq hands out are no frequencies: {}", *reason));
    return inquiry.result("");
  }
  Truth truth(by_these, probe.dtype, probe.judge.contract());
  truth.frequencies_known_to(handed_out);
  add_true(inquiry.deviations(), truth, request, *answer, "rotated by what was exported");
  return inquiry.result("export_inv_freq hands out what is not the model's, or not what the kernel rotates by");
}

}  // namespace rope::conformance
