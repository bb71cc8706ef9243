// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The same three strictnesses as the golden checks: E(1, 1), E(16, 2) and the declared contract.
#include "conformance/checks/deviation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "conformance/checks/accuracy.hpp"
#include "conformance/checks/golden.hpp"
#include "conformance/checks/verdict.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;

}  // namespace

bool Deviations::keep(Kept& kept, double error, double limit) {
  const double ratio = ratio_of(error, limit);
  if (!(ratio > kept.ratio)) return false;
  kept.ratio = ratio;
  kept.error = error;
  kept.bound = limit;
  return true;
}

Deviations::Becomes Deviations::weigh(double error, const Limits& limits) {
  ++cells_;
  if (std::isnan(error)) error = HUGE_VAL;
  equal_ratio_ = std::max(equal_ratio_, ratio_of(error, limits.equal));
  return {keep(failing_, error, limits.failing), limits.contract && keep(contract_, error, *limits.contract)};
}

double Deviations::difference_of_same(std::uint32_t expected, std::uint32_t got, Bits bits) {
  const double a = to_double(probe_.dtype, expected);
  const double b = to_double(probe_.dtype, got);
  if (bits == Bits::compared && !same_number(probe_.dtype, expected, got)) ++different_bits_;
  // Equal infinities are no agreement.
  return std::isfinite(a) && std::isfinite(b) ? std::fabs(b - a) : HUGE_VAL;
}

reports::Case Deviations::result(const std::string& what) const {
  reports::Case out;
  out.cells = cells_;
  if (cells_ == 0) {
    out.verdict = Verdict::not_observable;
    out.message = "the model has too few positions";
    return out;
  }
  Ratios ratios{equal_ratio_, failing_.ratio, std::nullopt};
  if (probe_.judge.declared()) ratios.contract = contract_.ratio;
  ratios.contract_empty_from = probe_.judge.contract_empty_from();
  const Decision decision =
      verdict_from(ratios, probe_.judge.contract(), probe_.accept_declared, Floor::does_not_count);
  const Kept& worst = decision.by_contract ? contract_ : failing_;
  out.verdict = decision.verdict;
  out.ratio = decision.ratio;
  reports::Worst shown;
  shown.error = worst.error;
  shown.bound = worst.bound;
  shown.position = worst.deviation.position;
  shown.pair = worst.deviation.pair;
  shown.dtype = name(probe_.dtype);
  shown.input_kind = worst.deviation.what;
  shown.inputs = worst.deviation.inputs;
  shown.expected = worst.deviation.expected;
  shown.got = worst.deviation.got;
  out.worst = std::move(shown);
  if (decision.verdict == Verdict::fail && worst.deviation.pair < 0) {
    // Of no pair: an element that does not rotate, which has no bound but its own bits.
    out.message = fmt::format("{} at position {}", what, worst.deviation.position);
  } else if (decision.verdict == Verdict::fail) {
    out.message = fmt::format("{}: {:.3g} times {} at position {}, pair {}", what, decision.ratio,
                              decision.because == Because::contract ? "the declared contract's bound" : "the limit",
                              worst.deviation.position, worst.deviation.pair);
  } else if (different_bits_ > 0 && probe_.bits_required) {
    out.verdict = Verdict::fail;
    out.message =
        fmt::format("{}: bits differ in {} of {} values, and bits are required", what, different_bits_, cells_);
  } else if (different_bits_ > 0) {
    out.verdict = Verdict::warning;
    out.message =
        fmt::format("{}: not bit-invariant, {} of {} values differ inside the bound", what, different_bits_, cells_);
  } else if (decision.because == Because::looser) {
    out.message = fmt::format("{}: {:.3g} times the usual pipeline's own bound", what, equal_ratio_);
  }
  return out;
}

std::optional<reports::Case> no_answer(const RotateAnswer& answer) {
  if (answer.status == RotateAnswer::Status::ok) return std::nullopt;
  return unanswered(answer.status, answer.message);
}

}  // namespace rope::conformance
