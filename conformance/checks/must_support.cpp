// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A list that is not there says nothing, and one that cannot be put to query is no pass.
#include "conformance/checks/must_support.hpp"

#include <fmt/format.h>

#include <cmath>

namespace rope::conformance {

reports::Case must_support(const Driver::MustSupport& found) {
  reports::Case out;
  out.cells = found.listed;
  if (!found.problem.empty()) {
    out.verdict = reports::Verdict::fail;
    out.ratio = HUGE_VAL;
    out.message = found.problem;
  } else if (found.listed == 0) {
    out.verdict = reports::Verdict::not_observable;
    out.message = "it lists no call that must be supported";
  } else if (!found.refused.empty()) {
    out.verdict = reports::Verdict::fail;
    out.ratio = HUGE_VAL;
    out.message = fmt::format("query refuses {} of {} that must be supported: {}", found.refused.size(), found.listed,
                              found.refused.front());
  } else if (found.not_asked.size() == found.listed) {
    out.verdict = reports::Verdict::not_observable;
    out.message = "no listed case could be asked; " + found.not_asked.front();
  } else {
    out.verdict = reports::Verdict::pass;
    out.ratio = 0;
    if (!found.not_asked.empty()) {
      out.message =
          fmt::format("{} of {} could not be asked; {}", found.not_asked.size(), found.listed, found.not_asked.front());
    }
  }
  return out;
}

}  // namespace rope::conformance
