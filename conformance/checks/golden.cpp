// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which cells each golden check looks at, and what its verdict is.
#include "conformance/checks/golden.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "conformance/checks/number_text.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;

constexpr std::array<Head, 2> unit_heads{Head::e1, Head::e2};
constexpr std::array<Head, 4> random_heads{Head::random_q, Head::random_k, Head::random_k_as_q, Head::random_q_as_k};

std::string where(const fixtures::Fixture& fixture, const Worst& worst) {
  return fmt::format("position {}, pair {}, {}", fixture.positions[worst.cell.row], worst.cell.pair,
                     name(worst.cell.head));
}

/// Verdict of a compared range: the grade against the usual pipeline, and the declared contract.
reports::Case judge_range(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                          const Accuracy& accuracy, bool accept_declared) {
  reports::Case out;
  out.cells = accuracy.cells;
  const bool below = judge.contract() && below_floor(*judge.contract());
  const bool accepted = below && accept_declared;
  const bool contract_broken = accuracy.contract_ratio > 1;
  const bool by_contract = accepted || (judge.declared() && accuracy.contract_ratio > accuracy.failing_ratio);
  const std::optional<Worst>& worst = by_contract ? accuracy.worst_contract : accuracy.worst_failing;
  if (worst) {
    out.ratio = worst->ratio;
    out.worst = describe(response, fixture, *worst);
  }
  if (accuracy.cells == 0) {
    out.verdict = Verdict::inconclusive;
    out.message = "the fixture has no position below the model's limit";
  } else if (contract_broken) {
    out.verdict = Verdict::fail;
    out.message =
        fmt::format("outside the declared contract: {:.3g} times its bound at {}; first at position {}",
                    accuracy.contract_ratio, where(fixture, *accuracy.worst_contract), *accuracy.first_contract);
  } else if (accepted) {
    out.verdict = Verdict::warning;
    out.message = fmt::format("as declared, below floor ({}), accepted by --accept-declared",
                              below_floor(*judge.contract()).value_or(""));
  } else if (accuracy.grade == Grade::fail) {
    out.verdict = Verdict::fail;
    out.message = fmt::format("{:.3g} times the limit E(16, 2) at {}; first beyond it at position {}",
                              accuracy.failing_ratio, where(fixture, *accuracy.worst_failing), *accuracy.first_failure);
  } else if (below) {
    out.verdict = Verdict::fail;
    out.message = fmt::format("as declared, below floor: {}; --accept-declared accepts it",
                              below_floor(*judge.contract()).value_or(""));
  } else if (accuracy.grade == Grade::looser) {
    out.verdict = Verdict::warning;
    out.message = fmt::format("looser than the usual pipeline: {:.3g} times its own bound at {}", accuracy.equal_ratio,
                              where(fixture, *accuracy.worst_equal));
  } else {
    out.verdict = Verdict::pass;
  }
  return out;
}

JudgedCase within_limit(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                        bool accept_declared, std::span<const Head> heads) {
  JudgedCase out;
  if (response.status != RotateAnswer::Status::ok) {
    out.record = unanswered(response.status, response.message);
    return out;
  }
  const std::size_t last = row_at(fixture, response.rows, fixture.spec.max_position);
  out.accuracy = compare(response, fixture, judge, heads, 0, last);
  out.record = judge_range(response, fixture, judge, out.accuracy, accept_declared);
  return out;
}

/// Phase of the rotation seen through e1 minus the exact one, and how large the usual pipeline's own bound lets it be,
/// over rows: a unit vector moved by E turns by at most asin E.
void angle_errors(const Response& response, const fixtures::Fixture& fixture, const Judge& judge, std::size_t first,
                  std::size_t last, reports::Horizon& horizon) {
  for (std::size_t row = first; row < last; ++row) {
    for (std::size_t pair = 0; pair < response.pairs; ++pair) {
      const std::size_t at = row * response.pairs + pair;
      const double c = fixture.cos[at].hi;
      const double s = fixture.sin[at].hi;
      const double gc = to_double(response.dtype, response.out(Head::e1, row, pair, 0));
      const double gs = to_double(response.dtype, response.out(Head::e1, row, pair, 1));
      const double phase = std::fabs(std::atan2(gs * c - gc * s, gc * c + gs * s));
      horizon.angle_error = std::max(horizon.angle_error, std::isnan(phase) ? HUGE_VAL : phase);
      const double bound = judge.usual().rotation(fixture.positions[row], static_cast<int>(pair), c, s,
                                                  equal_limit.alpha, equal_limit.beta) /
                           judge.usual().attention_factor();
      horizon.usual_angle_error = std::max(horizon.usual_angle_error, std::asin(std::min(1.0, bound)));
    }
  }
}

}  // namespace

reports::Case unanswered(RotateAnswer::Status status, const std::string& message) {
  reports::Case out;
  out.message = message;
  switch (status) {
    case RotateAnswer::Status::unsupported:
      out.verdict = Verdict::unsupported;
      break;
    case RotateAnswer::Status::crashed:
      out.verdict = Verdict::crashed;
      break;
    case RotateAnswer::Status::timed_out:
      out.verdict = Verdict::timed_out;
      break;
    case RotateAnswer::Status::failed:
    case RotateAnswer::Status::ok:
      out.verdict = Verdict::fail;
      break;
  }
  return out;
}

reports::Worst describe(const Response& response, const fixtures::Fixture& fixture, const Worst& worst) {
  reports::Worst out;
  const Golden want = golden(fixture, response.dtype, worst.cell);
  out.error = worst.input_norm > 0 ? worst.error / worst.input_norm : worst.error;
  out.bound = worst.ratio > 0 ? out.error / worst.ratio : 0;
  out.position = fixture.positions[worst.cell.row];
  out.pair = static_cast<int>(worst.cell.pair);
  out.dtype = name(response.dtype);
  out.input_kind = name(worst.cell.head);
  for (std::size_t element = 0; element < 2; ++element) {
    out.inputs.push_back(
        number(response.dtype, response.in(worst.cell.head, worst.cell.row, worst.cell.pair, element)));
    out.expected.push_back(number(response.dtype, want.bits[element]));
    out.exact.push_back(number(want.value[element]).dec);
    out.got.push_back(number(response.dtype, response.out(worst.cell.head, worst.cell.row, worst.cell.pair, element)));
  }
  return out;
}

JudgedCase golden_table(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                        bool accept_declared) {
  return within_limit(response, fixture, judge, accept_declared, unit_heads);
}

JudgedCase golden_rotation(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                           bool accept_declared) {
  return within_limit(response, fixture, judge, accept_declared, random_heads);
}

LongContext long_context(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                         bool accept_declared) {
  LongContext out;
  out.horizon.dtype = name(response.dtype);
  out.horizon.max_position = fixture.spec.max_position;
  if (response.status != RotateAnswer::Status::ok) {
    out.judged.record = unanswered(response.status, response.message);
    return out;
  }
  const std::size_t limit = row_at(fixture, response.rows, fixture.spec.max_position);
  const Accuracy inside = compare(response, fixture, judge, all_heads, 0, limit);
  const Accuracy past = compare(response, fixture, judge, all_heads, limit, response.rows);
  out.judged.record = judge_range(response, fixture, judge, inside, accept_declared);
  out.judged.record.cells += past.cells;
  out.judged.accuracy = inside;
  reports::Case& record = out.judged.record;
  const bool inside_good = record.verdict == Verdict::pass || record.verdict == Verdict::warning;
  if (inside_good && past.grade == Grade::fail) {
    record.verdict = Verdict::warning;
    record.message = fmt::format("right to the model's limit, beyond E(16, 2) past it, first at position {}",
                                 past.first_failure.value_or(0));
  }
  std::size_t good = 0;
  while (good < response.rows &&
         (good < limit ? inside.row_grade[good] : past.row_grade[good - limit]) != Grade::fail) {
    ++good;
  }
  if (good > 0) out.horizon.holds = fixture.positions[good - 1];
  if (response.rows > 0) out.horizon.checked_to = fixture.positions[response.rows - 1];
  angle_errors(response, fixture, judge, row_at(fixture, limit, fixture.spec.max_position / 2), limit, out.horizon);
  return out;
}

}  // namespace rope::conformance
