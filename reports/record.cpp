// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The words that reports use for verdicts; and results of several cases as one.
#include "reports/record.hpp"

#include <algorithm>

namespace rope::reports {

const char* name(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::warning:
      return "warning";
    case Verdict::fail:
      return "fail";
    case Verdict::crashed:
      return "crashed";
    case Verdict::timed_out:
      return "timed-out";
    case Verdict::unsupported:
      return "unsupported";
    case Verdict::not_observable:
      return "not-observable";
    case Verdict::measured:
      return "measured";
    case Verdict::inconclusive:
      return "inconclusive";
  }
  return "unknown";
}

void merge(AttentionShift& all, const AttentionShift& one) {
  all.score = std::max(all.score, one.score);
  all.weights = std::max(all.weights, one.weights);
  all.weights_bound = std::max(all.weights_bound, one.weights_bound);
  all.output = std::max(all.output, one.output);
  all.changed += one.changed;
}

}  // namespace rope::reports
