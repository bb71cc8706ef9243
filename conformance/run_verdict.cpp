// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Renderers only format: every rule about a run stands here.
#include "conformance/run_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/checks/check.hpp"
#include "conformance/exit_code.hpp"
#include "reports/wording.hpp"

namespace rope::conformance {

using reports::Record;
using reports::Verdict;

namespace {

/// Without these four in one dtype there is no verdict.
constexpr std::array<std::string_view, 4> minimum_coverage{"golden-table", "golden-rotation", "relative-position",
                                                           "long-context"};

/// Whether a case of the check in this model and dtype passed.
bool passed(const std::vector<reports::Check>& checks, std::string_view id, std::string_view model,
            std::string_view dtype) {
  return std::any_of(checks.begin(), checks.end(), [&](const reports::Check& check) {
    return check.id == id && std::any_of(check.cases.begin(), check.cases.end(), [&](const reports::Case& one) {
             return one.model == model && one.dtype == dtype &&
                    (one.verdict == Verdict::pass || one.verdict == Verdict::warning);
           });
  });
}

/// The minimum must be met by one model in one dtype: passes of different ones say nothing of each other.
bool has_minimum_coverage(const std::vector<reports::Check>& checks) {
  for (const reports::Check& check : checks) {
    for (const reports::Case& one : check.cases) {
      if (std::all_of(minimum_coverage.begin(), minimum_coverage.end(),
                      [&](std::string_view id) { return passed(checks, id, one.model, one.dtype); })) {
        return true;
      }
    }
  }
  return false;
}

/// Whether a pinned contract that the implementation declares gives other bits than the implementation. The emulator's
/// glibc is this machine's, so this is a warning and no more.
bool contract_has_other_bits(const Record& record) {
  return in_rules(*find_check("match"), record.rules) &&
         std::any_of(record.bits.begin(), record.bits.end(),
                     [](const reports::Match& one) { return one.pipeline == "declared" && one.equal < one.compared; });
}

/// Whether --match could be answered; also where it was not asked.
bool match_was_judged(const RunContext& context, const Record& record) {
  if (context.wanted == nullptr) return true;
  for (const reports::Check& check : record.checks) {
    if (check.id != "match") continue;
    return std::any_of(check.cases.begin(), check.cases.end(), [](const reports::Case& one) {
      return one.verdict == Verdict::pass || reports::is_failure(one.verdict);
    });
  }
  return false;
}

}  // namespace

void decide(Record& record, const RunContext& context, const RunFindings& findings) {
  std::size_t wrong = 0;
  std::size_t warned = 0;
  std::size_t refused = 0;
  std::size_t passed = 0;
  std::size_t all = 0;
  for (const reports::Check& check : record.checks) {
    for (const reports::Case& one : check.cases) {
      if (one.verdict == Verdict::measured) continue;
      ++all;
      wrong += reports::is_failure(one.verdict) ? 1U : 0U;
      warned += one.verdict == Verdict::warning ? 1U : 0U;
      refused += one.verdict == Verdict::unsupported ? 1U : 0U;
      passed += one.verdict == Verdict::pass ? 1U : 0U;
    }
  }
  const auto end_with = [&](Verdict verdict, ExitCode code, std::string sentence) {
    record.verdict = verdict;
    record.exit_code = static_cast<int>(code);
    record.verdict_sentence = std::move(sentence);
  };
  const std::string untested = refused > 0 ? fmt::format(", {} not supported by it", refused) : "";
  if (!findings.suite_problem.empty()) {
    end_with(Verdict::inconclusive, ExitCode::suite_failed,
             fmt::format("the suite itself failed after {} cases, and this report is partial: {}", all,
                         findings.suite_problem));
  } else if (findings.interrupted) {
    end_with(Verdict::inconclusive, ExitCode::interrupted,
             fmt::format("interrupted after {} cases; this report is partial", all));
  } else if (wrong > 0) {
    end_with(Verdict::fail, ExitCode::does_not_conform,
             fmt::format("does not conform: {} of {} cases fail{}{}", wrong, all, wrong == 1 ? "s" : "", untested));
  } else if (!has_minimum_coverage(record.checks)) {
    end_with(Verdict::inconclusive, ExitCode::inconclusive,
             "inconclusive: golden-table, golden-rotation, relative-position and long-context must all be run in at "
             "least one dtype");
  } else if (!match_was_judged(context, record)) {
    end_with(
        Verdict::inconclusive, ExitCode::inconclusive,
        fmt::format("inconclusive: no output could be held against {}, which --match asks for", context.wanted->name));
  } else {
    const bool other_bits = contract_has_other_bits(record);
    end_with(warned > 0 || other_bits ? Verdict::warning : Verdict::pass, ExitCode::conforms,
             fmt::format("conforms: {} of {} cases pass{}{}", passed, all,
                         warned > 0 ? fmt::format(", {} with a warning", warned) : "", untested) +
                 (other_bits ? "; its bits are not those of the contract that it declares" : ""));
  }
}

}  // namespace rope::conformance
