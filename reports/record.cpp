// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The words that reports use for verdicts.
#include "reports/record.hpp"

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
    case Verdict::inconclusive:
      return "inconclusive";
  }
  return "unknown";
}

}  // namespace rope::reports
