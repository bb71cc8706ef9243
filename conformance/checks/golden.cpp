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
#include "conformance/checks/verdict.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;

constexpr std::array<Head, 2> unit_heads{Head::e1, Head::e2};
constexpr std::array<Head, 4> random_heads{Head::random_q, Head::random_k, Head::random_k_as_q, Head::random_q_as_k};

JudgedCase within_limit(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                        bool accept_declared, std::span<const Head> heads) {
  JudgedCase out;
  if (response.status != RotateAnswer::Status::ok) {
    out.record = unanswered(response.status, response.message);
    return out;
  }
  const std::size_t last = row_at(fixture, response.rows, fixture.spec.max_position);
  out.accuracy = compare(response, fixture, judge, heads, 0, last);
  out.record = judge_range(response.dtype, judge, out.accuracy, accept_declared);
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

reports::Case judge_range(DType dtype, const Judge& judge, const Accuracy& accuracy, bool accept_declared) {
  reports::Case out;
  out.cells = accuracy.cells;
  if (accuracy.cells == 0) {
    out.verdict = Verdict::inconclusive;
    out.message = "the fixture has no position below the model's limit";
    return out;
  }
  Ratios ratios{accuracy.equal_ratio, accuracy.failing_ratio, std::nullopt};
  if (judge.declared()) ratios.contract = accuracy.contract_ratio;
  ratios.contract_empty_from = judge.contract_empty_from();
  const Decision decision = verdict_from(ratios, judge.contract(), accept_declared, Floor::counts);
  const SeenCell& worst = *(decision.by_contract ? accuracy.worst_contract : accuracy.worst_failing);
  out.verdict = decision.verdict;
  out.ratio = decision.ratio;
  out.worst = describe(dtype, worst);
  switch (decision.because) {
    case Because::nothing:
      break;
    case Because::contract:
      out.message = fmt::format("outside the declared contract: {:.3g} times its bound at {}; first at position {}",
                                decision.ratio, where(worst), *accuracy.first_contract);
      break;
    case Because::limit:
      out.message = fmt::format("{:.3g} times the limit E(16, 2) at {}; first beyond it at position {}", decision.ratio,
                                where(worst), *accuracy.first_failure);
      break;
    case Because::below_floor:
    case Because::says_nothing:
      out.message = fmt::format("as declared, below floor: {}", below_floor(*judge.contract()).value_or(""));
      if (const auto from = judge.contract_empty_from()) {
        out.message += fmt::format(
            ", and the contract says nothing from position {} on; --accept-declared cannot accept that", *from);
      } else {
        out.message += "; --accept-declared accepts it";
      }
      break;
    case Because::accepted:
      out.message = fmt::format("as declared, below floor ({}), accepted by --accept-declared",
                                below_floor(*judge.contract()).value_or(""));
      break;
    case Because::looser:
      out.message = fmt::format("looser than the usual pipeline: {:.3g} times its own bound at {}",
                                accuracy.equal_ratio, where(*accuracy.worst_equal));
      break;
  }
  return out;
}

void warn_past_the_limit(reports::Case& inside, const Accuracy& past) {
  const bool good = inside.verdict == Verdict::pass || inside.verdict == Verdict::warning;
  if (!good || past.grade != Grade::fail) return;
  inside.verdict = Verdict::warning;
  inside.message = fmt::format("right to the model's limit, beyond E(16, 2) past it, first at position {}",
                               past.first_failure.value_or(0));
}

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
  out.judged.record = judge_range(response.dtype, judge, inside, accept_declared);
  out.judged.record.cells += past.cells;
  out.judged.accuracy = inside;
  warn_past_the_limit(out.judged.record, past);
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
