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

namespace rope::conformance {
namespace {

using reports::Verdict;

double ratio_of(double error, double bound) {
  if (error == 0) return 0;
  return bound > 0 ? error / bound : HUGE_VAL;
}

}  // namespace

void Deviations::add(double error, const BoundOf& bound, const std::function<Deviation()>& more) {
  ++cells_;
  if (std::isnan(error)) error = HUGE_VAL;
  const auto weigh = [&](Kept& kept, double limit) {
    const double ratio = ratio_of(error, limit);
    if (!(ratio > kept.ratio)) return;
    kept.ratio = ratio;
    kept.bound = limit;
    kept.deviation = more();
    kept.deviation.error = error;
  };
  equal_ratio_ = std::max(equal_ratio_, ratio_of(error, bound(probe_.judge.usual(), equal_limit)));
  weigh(failing_, bound(probe_.judge.usual(), looser_limit));
  if (probe_.judge.declared()) weigh(contract_, bound(*probe_.judge.declared(), equal_limit));
}

void Deviations::add_same(DType dtype, std::uint32_t expected, std::uint32_t got, double error, const BoundOf& bound,
                          const std::function<Deviation()>& more) {
  const bool both_nan = std::isnan(to_double(dtype, expected)) && std::isnan(to_double(dtype, got));
  const bool same = both_nan || same_number(dtype, expected, got);
  if (!same) ++different_bits_;
  add(same ? 0 : error, bound, more);
}

reports::Case Deviations::result(const std::string& what) const {
  reports::Case out;
  out.cells = cells_;
  const bool below = probe_.judge.contract() && below_floor(*probe_.judge.contract());
  const bool accepted = below && probe_.accept_declared;
  const bool by_contract = contract_.ratio >= 0 && (accepted || contract_.ratio > failing_.ratio);
  const Kept& worst = by_contract ? contract_ : failing_;
  out.ratio = std::max(0.0, worst.ratio);
  if (worst.ratio >= 0) {
    reports::Worst shown;
    shown.error = worst.deviation.error;
    shown.bound = worst.bound;
    shown.position = worst.deviation.position;
    shown.pair = worst.deviation.pair;
    shown.dtype = name(probe_.dtype);
    shown.input_kind = worst.deviation.what;
    shown.inputs = worst.deviation.inputs;
    shown.expected = worst.deviation.expected;
    shown.got = worst.deviation.got;
    out.worst = std::move(shown);
  }
  const auto where = [&] {
    return fmt::format("position {}, pair {}", worst.deviation.position, worst.deviation.pair);
  };
  if (cells_ == 0) {
    out.verdict = Verdict::not_observable;
    out.message = "the model has too few positions";
  } else if (contract_.ratio > 1) {
    out.verdict = Verdict::fail;
    out.message = fmt::format("{}: {:.3g} times the declared contract's bound at {}", what, contract_.ratio, where());
  } else if (!accepted && failing_.ratio > 1) {
    out.verdict = Verdict::fail;
    out.message = fmt::format("{}: {:.3g} times the limit at {}", what, failing_.ratio, where());
  } else if (different_bits_ > 0 && probe_.bits_required) {
    out.verdict = Verdict::fail;
    out.message =
        fmt::format("{}: bits differ in {} of {} values, and bits are required", what, different_bits_, cells_);
  } else if (different_bits_ > 0) {
    out.verdict = Verdict::warning;
    out.message =
        fmt::format("{}: not bit-invariant, {} of {} values differ inside the bound", what, different_bits_, cells_);
  } else if (equal_ratio_ > 1) {
    out.verdict = Verdict::warning;
    out.message = fmt::format("{}: {:.3g} times the usual pipeline's own bound", what, equal_ratio_);
  } else {
    out.verdict = Verdict::pass;
  }
  return out;
}

std::optional<reports::Case> no_answer(const RotateAnswer& answer) {
  if (answer.status == RotateAnswer::Status::ok) return std::nullopt;
  return unanswered(answer.status, answer.message);
}

}  // namespace rope::conformance
