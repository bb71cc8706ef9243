// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The first fault tells the story.
#include "conformance/checks/memory_faults.hpp"

namespace rope::conformance {

void judge_memory(const std::vector<std::string>& faults, reports::Case& record) {
  if (faults.empty()) return;
  const bool dead = record.verdict == reports::Verdict::crashed || record.verdict == reports::Verdict::timed_out;
  if (!dead) record.verdict = reports::Verdict::fail;
  record.message = "memory: " + faults.front() + (dead ? "; " + record.message : std::string());
}

}  // namespace rope::conformance
