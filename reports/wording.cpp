// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Grades, counts and horizons in words.
#include "reports/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace rope::reports {

std::string headline(const Record& record) {
  switch (record.exit_code) {
    case 2:
      return "CANNOT RUN";
    case 3:
      return "CANNOT BE LOADED";
    case 4:
      return "THE SUITE FAILED";
    case 130:
      return "INTERRUPTED";
    default:
      break;
  }
  switch (record.verdict) {
    case Verdict::pass:
    case Verdict::warning:
      if (record.exit_code == 1) return "DOES NOT CONFORM";
      if (record.exit_code != 0) break;
      return record.verdict == Verdict::pass ? "CONFORMS" : "CONFORMS, WITH WARNINGS";
    case Verdict::fail:
      return "DOES NOT CONFORM";
    case Verdict::crashed:
      return "DOES NOT CONFORM: CRASHED";
    case Verdict::timed_out:
      return "DOES NOT CONFORM: TIMED OUT";
    case Verdict::unsupported:
    case Verdict::not_observable:
    case Verdict::measured:
    case Verdict::inconclusive:
      break;
  }
  return "INCONCLUSIVE";
}

std::string verdict_reason(const Record& record) {
  for (const std::string_view said : {"conforms: ", "does not conform: ", "inconclusive: "}) {
    if (record.verdict_sentence.compare(0, said.size(), said) == 0) return record.verdict_sentence.substr(said.size());
  }
  return record.verdict_sentence;
}

std::string grouped(std::uint64_t count) {
  std::string digits = fmt::format("{}", count);
  for (std::size_t from_end = 3; from_end < digits.size(); from_end += 4)
    digits.insert(digits.size() - from_end, 1, ',');
  return digits;
}

std::string short_number(double value) {
  if (std::isnan(value)) return "not a number";
  if (std::isinf(value)) return value > 0 ? "infinite" : "minus infinite";
  return fmt::format("{:.3g}", value);
}

std::string ratio_text(double ratio) {
  if (!std::isfinite(ratio)) return short_number(ratio);
  if (ratio == 1) return "1.00";
  // 0.9996 and 1.0004 fall on different sides of a limit, so they must not both read 1.00.
  for (int digits = 2; digits < 17; ++digits) {
    std::string text = ratio < 100 ? fmt::format("{:.{}f}", ratio, digits) : fmt::format("{:.3g}", ratio);
    if (text != fmt::format("{:.{}f}", 1.0, digits) && (ratio <= 0 || text != fmt::format("{:.{}f}", 0.0, digits))) {
      return text;
    }
    if (ratio < 0.005) return fmt::format("{:.2g}", ratio);
  }
  return fmt::format("{}", ratio);
}

std::string share_text(double share) {
  if (!std::isfinite(share)) return short_number(share);
  if (share == 1) return "100%";
  return fmt::format("{:.2f}%", std::floor(share * 1e4) / 1e2);
}

std::string angle_text(double radians) {
  if (!std::isfinite(radians) || radians == 0 || std::abs(radians) >= 0.1) return short_number(radians);
  // 1.3e-04 without the zero, which only widens tables.
  std::string text = fmt::format("{:.1e}", radians);
  if (const std::size_t zero = text.find("e-0"); zero != std::string::npos) text.erase(zero + 2, 1);
  return text;
}

std::string seconds_text(double seconds) {
  if (!std::isfinite(seconds)) return short_number(seconds);
  if (seconds < 0.95) return fmt::format("{:.2f} s", seconds);
  if (seconds < 99.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

std::string grade_meaning(const std::string& grade) {
  if (grade == "exact") return "every value is the correctly rounded one";
  if (grade == "better") return "within 1/4 of the usual angle bound and 0.6 of the rounding bound";
  if (grade == "equal") return "within the usual pipeline's own bound";
  if (grade == "looser")
    return "beyond the usual pipeline's bound, within 16 times the angle and twice the rounding bound";
  if (grade == "fail") return "beyond what any known working pipeline does";
  return {};
}

std::string time_text(const Record& record) {
  std::string text = fmt::format("{}: implementation {}, suite {}", seconds_text(record.seconds_total),
                                 seconds_text(record.seconds_implementation), seconds_text(record.seconds_suite));
  if (record.seconds_verifier > 0) {
    text += fmt::format(", verifier {} beside the implementation", seconds_text(record.seconds_verifier));
  }
  return text;
}

std::vector<AttentionGroup> attention_groups(const std::vector<AttentionEffect>& attention) {
  std::vector<AttentionGroup> groups;
  for (const AttentionEffect& one : attention) {
    auto same = std::find_if(groups.begin(), groups.end(), [&](const AttentionGroup& group) {
      return group.model == one.model && group.dtype == one.dtype && group.file == one.file;
    });
    if (same == groups.end()) same = groups.insert(same, {one.model, one.dtype, one.file, 0, 0, {}, {}, {}});
    if (one.tokens < same->tokens) continue;
    if (one.tokens > same->tokens) *same = {one.model, one.dtype, one.file, one.tokens, 0, {}, {}, {}};
    same->queries += one.queries;
    merge(same->implementation, one.implementation);
    merge(same->rounded, one.rounded);
    if (one.usual) {
      if (!same->usual) same->usual.emplace();
      merge(*same->usual, *one.usual);
    }
  }
  return groups;
}

std::string pipeline_text(const std::string& pipeline) {
  return pipeline == "declared" ? std::string("its declared contract") : pipeline;
}

std::vector<BitsGroup> bits_groups(const std::vector<Match>& bits) {
  std::vector<BitsGroup> groups;
  for (const Match& one : bits) {
    auto same = std::find_if(groups.begin(), groups.end(), [&](const BitsGroup& group) {
      return group.dtype == one.dtype && group.pipeline == one.pipeline;
    });
    if (same == groups.end()) {
      groups.emplace_back();
      same = groups.end() - 1;
      same->dtype = one.dtype;
      same->pipeline = one.pipeline;
    }
    ++same->models;
    if (!one.open.empty()) {
      if (same->open.empty()) same->open = one.open;
      continue;
    }
    ++same->emulated;
    same->equal += one.equal;
    same->compared += one.compared;
    const std::uint64_t other = one.compared - one.equal;
    if (other > 0 && (same->worst == nullptr || other > same->worst->compared - same->worst->equal)) same->worst = &one;
  }
  return groups;
}

std::string tier_meaning(const std::string& tier) {
  if (tier == "correctly rounded") return "every component is the exact value, rounded once";
  if (tier == "A") return "within 1 + 1/16 units: one rounding of a value good to a sixteenth of one";
  if (tier == "B") return "within 3 units: a correctly rounded table, every operation in the dtype";
  if (tier == "C") return "inside its declared contract";
  if (tier == "none") return "beyond 3 units, and no declared contract holds";
  if (tier == "unknown") return "not every position to the model's limit was looked at";
  return {};
}

std::string holds_to(const std::optional<std::int64_t>& position) {
  return position ? std::to_string(*position) : "nowhere";
}

std::vector<Grade> worst_by_dtype(const std::vector<Grade>& grades) {
  std::vector<Grade> worst;
  for (const Grade& grade : grades) {
    const auto same = std::find_if(worst.begin(), worst.end(), [&](const Grade& g) { return g.dtype == grade.dtype; });
    if (same == worst.end()) {
      worst.push_back(grade);
    } else if (!std::isnan(same->ratio) && !(grade.ratio <= same->ratio)) {
      *same = grade;
    }
  }
  return worst;
}

std::string representatives_text(const std::vector<Representative>& representatives) {
  if (representatives.empty()) return {};
  std::size_t others = 0;
  for (const Representative& one : representatives) others += one.stands_for.size();
  return fmt::format(
      "one model for each family and pairing of the catalogue: {} stand for {} others; --model all runs "
      "every one",
      representatives.size(), others);
}

std::string coverage_text(const std::vector<Coverage>& coverage) {
  // Models of which as many positions were checked share one phrase; sampled ones come first.
  std::vector<std::pair<std::string, std::vector<std::string>>> phrases;
  for (const bool sampled : {true, false}) {
    for (const Coverage& one : coverage) {
      const auto of = static_cast<std::uint64_t>(std::max<std::int64_t>(one.of, 0));
      if ((one.positions < of) != sampled) continue;
      std::string phrase = sampled ? fmt::format("{} {} of {} positions", one.exhaustive ? "the first" : "sampled",
                                                 grouped(one.positions), grouped(of))
                                   : fmt::format("all {} positions", grouped(of));
      const auto same = std::find_if(phrases.begin(), phrases.end(), [&](const auto& p) { return p.first == phrase; });
      if (same == phrases.end()) {
        phrases.push_back({std::move(phrase), {one.model}});
      } else {
        same->second.push_back(one.model);
      }
    }
  }
  std::string text;
  for (const auto& [phrase, models] : phrases) {
    text += fmt::format("{}{} of {}", text.empty() ? "" : "; ", phrase, fmt::join(models, ", "));
  }
  return text;
}

namespace {

std::string valid_to(const Horizon& one) {
  const std::int64_t last = one.max_position - 1;
  if (!one.holds) return "nowhere";
  if (*one.holds >= last) return fmt::format("{}, the limit", last);
  // Where checking ended before the limit nothing is known of the rest.
  if (*one.holds >= one.checked_to) return fmt::format("{}, the last checked, of {}", *one.holds, last);
  return fmt::format("{} only, of {}", *one.holds, last);
}

}  // namespace

std::vector<HorizonGroup> horizon_groups(const std::vector<Horizon>& horizons) {
  std::vector<HorizonGroup> groups;
  for (const Horizon& one : horizons) {
    const std::string where = valid_to(one);
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const HorizonGroup& g) { return g.model == one.model && g.valid_to == where; });
    if (group == groups.end()) {
      const bool whole = one.holds && *one.holds >= one.max_position - 1;
      group = groups.insert(groups.end(), {one.model, {}, false, whole, where, one.angle_error, one.usual_angle_error});
    }
    group->dtypes.push_back(one.dtype);
    if (!std::isnan(group->angle_error) && !(one.angle_error <= group->angle_error)) {
      group->angle_error = one.angle_error;
      group->usual_angle_error = one.usual_angle_error;
    }
  }
  for (HorizonGroup& group : groups) {
    group.every_dtype = std::all_of(groups.begin(), groups.end(), [&](const HorizonGroup& other) {
      return other.model != group.model || other.valid_to == group.valid_to;
    });
  }
  return groups;
}

bool is_failure(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::crashed || verdict == Verdict::timed_out;
}

namespace {

std::vector<CombinationGroup> groups_of(const std::vector<Combination>& combinations, bool asked) {
  std::vector<CombinationGroup> groups;
  for (const Combination& one : combinations) {
    if (one.asked != asked) continue;
    const std::string& common = asked ? one.check : one.reason;
    auto same =
        std::find_if(groups.begin(), groups.end(), [&](const CombinationGroup& g) { return g.common == common; });
    if (same == groups.end()) same = groups.insert(same, {common, {}});
    if (std::find(same->whats.begin(), same->whats.end(), one.what) == same->whats.end()) {
      same->whats.push_back(one.what);
    }
  }
  return groups;
}

}  // namespace

std::vector<CombinationGroup> asked_groups(const std::vector<Combination>& combinations) {
  return groups_of(combinations, true);
}

std::vector<CombinationGroup> refused_groups(const std::vector<Combination>& combinations) {
  return groups_of(combinations, false);
}

std::string combinations_text(const std::vector<Combination>& combinations) {
  if (combinations.empty()) return {};
  const auto asked = static_cast<std::size_t>(
      std::count_if(combinations.begin(), combinations.end(), [](const Combination& one) { return one.asked; }));
  const std::size_t refused = combinations.size() - asked;
  std::string out = fmt::format("{} {} of asking tried", grouped(asked), asked == 1 ? "way" : "ways");
  if (refused > 0) out += fmt::format(", {} refused (reasons in report.md)", grouped(refused));
  return out;
}

Tally tally(const Check& check) {
  Tally sum;
  for (const Case& one : check.cases) {
    ++sum.cases;
    sum.cells += one.cells;
    switch (one.verdict) {
      case Verdict::pass:
        ++sum.passed;
        break;
      case Verdict::warning:
        ++sum.warned;
        break;
      case Verdict::fail:
        ++sum.failed;
        break;
      case Verdict::crashed:
        ++sum.crashed;
        break;
      case Verdict::timed_out:
        ++sum.timed_out;
        break;
      case Verdict::measured:
        ++sum.measured;
        break;
      case Verdict::unsupported:
      case Verdict::not_observable:
      case Verdict::inconclusive:
        ++sum.skipped;
        break;
    }
  }
  return sum;
}

std::string tally_text(const Tally& tally) {
  if (tally.cases == 0) return "no case was run";
  const std::string all = fmt::format("{} {}", grouped(tally.cases), tally.cases == 1 ? "case" : "cases");
  std::string text;
  const auto add = [&](std::size_t count, const char* what) {
    if (count == 0) return;
    text += text.empty() ? fmt::format("{} of {} {}", grouped(count), all, what)
                         : fmt::format(", {} {}", grouped(count), what);
  };
  add(tally.failed, tally.failed == 1 ? "fails" : "fail");
  add(tally.crashed, "crashed");
  add(tally.timed_out, "timed out");
  add(tally.warned, "with a warning");
  add(tally.measured, "measured, without a limit");
  add(tally.skipped, "not judged");
  return text.empty() ? all : text;
}

FirstFailure first_failure(const Record& record) {
  FirstFailure first;
  for (const Check& check : record.checks) {
    if (!is_failure(check.verdict)) continue;
    FirstFailure found{&check, nullptr, nullptr};
    for (const Case& one : check.cases) {
      if (!is_failure(one.verdict)) continue;
      const bool of_worst_cell = check.worst && check.worst->case_id == one.id;
      if (found.failing_case == nullptr || of_worst_cell) found.failing_case = &one;
      if (of_worst_cell) break;
    }
    if (found.failing_case != nullptr && found.failing_case->worst) {
      found.worst = &*found.failing_case->worst;
    } else if (check.worst && (found.failing_case == nullptr || check.worst->case_id == found.failing_case->id)) {
      found.worst = &*check.worst;
    }
    // One rotated pair says more to a reader than an inner product of two.
    if (found.worst != nullptr && found.worst->inputs.size() == 2) return found;
    if (first.check == nullptr) first = found;
  }
  return first;
}

}  // namespace rope::reports
