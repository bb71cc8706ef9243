// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A refused case was not judged; where all were, it is told of the last of them.
#include "conformance/ending.hpp"

#include <algorithm>
#include <string>

#include "conformance/checks/golden.hpp"
#include "conformance/checks/memory_faults.hpp"
#include "reports/wording.hpp"

namespace rope::conformance {
namespace {

reports::Case& last_judged(RunFindings& findings) {
  const auto last = std::find_if(findings.cases.rbegin(), findings.cases.rend(), [](const CaseFinding& finding) {
    const reports::Verdict verdict = finding.record.verdict;
    return verdict == reports::Verdict::pass || verdict == reports::Verdict::warning || reports::is_failure(verdict);
  });
  return (last == findings.cases.rend() ? findings.cases.back() : *last).record;
}

}  // namespace

void note_ending(const RotateAnswer& answer, RunFindings& findings) {
  for (const std::string& fault : answer.memory_faults) findings.memory_faults.push_back(fault);
  findings.fp_environment_changed = findings.fp_environment_changed || answer.fp_environment_changed;
  if (answer.status == RotateAnswer::Status::ok && answer.memory_faults.empty()) return;
  reports::Case& last = last_judged(findings);
  judge_memory(answer.memory_faults, last);
  if (answer.status == RotateAnswer::Status::ok) return;
  const std::string earlier = last.message.empty() ? std::string() : "; " + last.message;
  const bool dead = last.verdict == reports::Verdict::crashed || last.verdict == reports::Verdict::timed_out;
  if (!dead) last.verdict = unanswered(answer.status, answer.message).verdict;
  last.message = "when everything was closed: " + answer.message + earlier;
}

}  // namespace rope::conformance
