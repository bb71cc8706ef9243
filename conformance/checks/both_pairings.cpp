// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What was not judged neither spoils the verdict of what was nor goes unsaid.
#include "conformance/checks/both_pairings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rope::conformance {
namespace {

using reports::Verdict;

std::ptrdiff_t rank(Verdict verdict) {
  constexpr std::array<Verdict, 8> worst_first{Verdict::crashed,     Verdict::timed_out,     Verdict::fail,
                                               Verdict::warning,     Verdict::inconclusive,  Verdict::pass,
                                               Verdict::unsupported, Verdict::not_observable};
  return std::find(worst_first.begin(), worst_first.end(), verdict) - worst_first.begin();
}

bool worse(const reports::Case& a, const reports::Case& b) {
  if (rank(a.verdict) != rank(b.verdict)) return rank(a.verdict) < rank(b.verdict);
  return a.ratio.value_or(0) > b.ratio.value_or(0);
}

bool is_judged(const reports::Case& one) {
  return one.verdict != Verdict::unsupported && one.verdict != Verdict::not_observable;
}

}  // namespace

reports::Case of_both_pairings(std::vector<InPairing> cases) {
  std::size_t cells = 0;
  for (InPairing& one : cases) {
    cells += one.record.cells;
    if (!one.record.message.empty()) one.record.message = fmt::format("{}: {}", name(one.pairing), one.record.message);
  }
  std::stable_sort(cases.begin(), cases.end(),
                   [](const InPairing& a, const InPairing& b) { return worse(a.record, b.record); });
  reports::Case out = std::move(cases.front().record);
  out.cells = cells;
  for (std::size_t n = 1; n < cases.size(); ++n) {
    const reports::Case& other = cases[n].record;
    if (!is_judged(out) || is_judged(other)) continue;
    const std::string why = other.message.empty() ? std::string(name(cases[n].pairing)) : other.message;
    out.message += fmt::format("{}not judged in {}", out.message.empty() ? "" : "; ", why);
  }
  return out;
}

}  // namespace rope::conformance
