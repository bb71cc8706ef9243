// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Sampled and swept cells are judged by the same function: the pass only looks at more of them.
#include "conformance/exhaustive/swept_cases.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "conformance/checks/empty_contract.hpp"

namespace rope::conformance {
namespace {

// Edges that reports show; the histogram has finer ones.
constexpr std::array<int, 6> shown_octaves{-1, 0, 1, 2, 4, 10};

constexpr std::array<std::string_view, 6> tier_order{"correctly rounded", "A", "B", "C", "none", "unknown"};

SweepAccuracy both(const SweepFindings& findings) {
  SweepAccuracy all = findings.table;
  all.append(findings.rotation);
  return all;
}

/// Last position before the first that is beyond.
std::optional<std::int64_t> holds_to(const std::optional<std::int64_t>& inside, const std::optional<std::int64_t>& past,
                                     std::int64_t checked) {
  const std::int64_t first = inside ? *inside : past ? *past : checked;
  return first > 0 ? std::optional(first - 1) : std::nullopt;
}

}  // namespace

void add_swept(JudgedCase& sampled, const Sweep& sweep, const SweepAccuracy& swept, const Judge& judge, DType dtype,
               bool accept_declared) {
  if (sweep.status != RotateAnswer::Status::ok) {
    sampled.record = unanswered(sweep.status, sweep.message);
    return;
  }
  sampled.accuracy.merge(swept);
  sampled.record = judge_range(dtype, judge, sampled.accuracy, accept_declared);
}

void add_swept(LongContext& sampled, const Sweep& sweep, const Judge& judge, DType dtype, bool accept_declared) {
  const SweepAccuracy inside = both(sweep.within);
  add_swept(sampled.judged, sweep, inside, judge, dtype, accept_declared);
  reports::Horizon& horizon = sampled.horizon;
  if (sweep.status != RotateAnswer::Status::ok) {
    // What it answered before it broke down is all that holds.
    horizon.checked_to = sweep.checked - 1;
    const std::int64_t held = std::min(inside.first_failure.value_or(sweep.checked), sweep.checked);
    horizon.holds = held > 0 ? std::optional(held - 1) : std::nullopt;
    horizon.tiers = tiers_of(sweep, horizon.max_position, false);
    return;
  }
  const SweepAccuracy past = both(sweep.past);
  sampled.judged.record.cells += past.cells;
  warn_past_the_limit(sampled.judged.record, past);

  const int pairs = static_cast<int>(sweep.pairs);
  const std::int64_t to_limit = std::min(horizon.max_position, sweep.checked);
  // Samples past the last position of the pass may already be beyond; the pass says from where. Below it a sample may
  // fail where the pass does not: it has other heads.
  const std::optional<std::int64_t>& seen = sampled.judged.accuracy.first_failure;
  const std::int64_t first_bad = std::min(sweep.checked, seen                 ? *seen
                                                         : past.first_failure ? *past.first_failure
                                                                              : sweep.checked);
  const bool all_good = first_bad == sweep.checked;
  if (!all_good || horizon.checked_to < sweep.checked) {
    horizon.holds = first_bad > 0 ? std::optional(first_bad - 1) : std::nullopt;
  }
  horizon.checked_to = std::max(horizon.checked_to, sweep.checked - 1);
  horizon.angle_error = std::max(horizon.angle_error, inside.angle_error);
  horizon.limit_empty_from = empty_from(judge.usual(), looser_limit.alpha, looser_limit.beta, pairs, sweep.checked);
  if (judge.contract_bounds() != nullptr) {
    horizon.contract_empty_from =
        empty_from(*judge.contract_bounds(), equal_limit.alpha, equal_limit.beta, pairs, sweep.checked);
  }
  const bool contract_holds = judge.contract() && !below_floor(*judge.contract()) && inside.contract_ratio <= 1 &&
                              horizon.contract_empty_from.value_or(to_limit) >= to_limit;
  horizon.tiers = tiers_of(sweep, horizon.max_position, contract_holds);
}

reports::Tiers tiers_of(const Sweep& sweep, std::int64_t to, bool contract_holds) {
  const SweepAccuracy inside = both(sweep.within);
  const SweepAccuracy past = both(sweep.past);
  reports::Tiers out;
  out.tier = tier_order[sweep.checked < to            ? 5
                        : !inside.first_rounded_wrong ? 0
                        : !inside.first_past_a        ? 1
                        : !inside.first_past_b        ? 2
                        : contract_holds              ? 3
                                                      : 4];
  out.units = inside.units;
  if (inside.worst_units) {
    out.position = inside.worst_units->position;
    out.pair = inside.worst_units->pair;
    out.input_kind = name(inside.worst_units->head);
  }
  out.correctly_rounded_to = holds_to(inside.first_rounded_wrong, past.first_rounded_wrong, sweep.checked);
  out.a_to = holds_to(inside.first_past_a, past.first_past_a, sweep.checked);
  out.b_to = holds_to(inside.first_past_b, past.first_past_b, sweep.checked);
  SweepAccuracy all = inside;
  all.append(past);
  out.components = all.components;
  if (all.components > 0) {
    out.correctly_rounded = static_cast<double>(all.correctly_rounded) / static_cast<double>(all.components);
  }
  out.median = all.ulps.percentile(0.5);
  out.p99 = all.ulps.percentile(0.99);
  out.p9999 = all.ulps.percentile(0.9999);
  for (const int octave : shown_octaves) {
    out.histogram.emplace_back(octave < 0 ? 1.0 / static_cast<double>(1 << -octave) : static_cast<double>(1 << octave),
                               all.ulps.at_most(octave));
  }
  return out;
}

void merge(reports::Tiers& mine, const reports::Tiers& other) {
  const auto rank = [](const reports::Tiers& tiers) {
    return std::find(tier_order.begin(), tier_order.end(), tiers.tier) - tier_order.begin();
  };
  if (rank(other) > rank(mine)) mine.tier = other.tier;
  if (other.units > mine.units) {
    mine.units = other.units;
    mine.position = other.position;
    mine.pair = other.pair;
    mine.input_kind = other.input_kind;
  }
  const auto shorter = [](std::optional<std::int64_t>& a, const std::optional<std::int64_t>& b) {
    a = a && b ? std::optional(std::min(*a, *b)) : std::nullopt;
  };
  shorter(mine.correctly_rounded_to, other.correctly_rounded_to);
  shorter(mine.a_to, other.a_to);
  shorter(mine.b_to, other.b_to);
  const double a = static_cast<double>(mine.components);
  const double b = static_cast<double>(other.components);
  if (a + b > 0) mine.correctly_rounded = (mine.correctly_rounded * a + other.correctly_rounded * b) / (a + b);
  mine.components += other.components;
  mine.median = std::max(mine.median, other.median);
  mine.p99 = std::max(mine.p99, other.p99);
  mine.p9999 = std::max(mine.p9999, other.p9999);
  for (std::size_t n = 0; n < mine.histogram.size() && n < other.histogram.size(); ++n) {
    mine.histogram[n].second += other.histogram[n].second;
  }
}

}  // namespace rope::conformance
