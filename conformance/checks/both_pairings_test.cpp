// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which of two cases stands for both, and that the other is not forgotten.
#include "conformance/checks/both_pairings.hpp"

#include <gtest/gtest.h>

namespace rope::conformance {
namespace {

using reports::Verdict;

reports::Case one(Verdict verdict, double ratio, const std::string& message = "") {
  reports::Case out;
  out.verdict = verdict;
  out.ratio = ratio;
  out.message = message;
  out.cells = 10;
  return out;
}

reports::Case both(const reports::Case& half_split, const reports::Case& interleaved) {
  return of_both_pairings({{Pairing::half_split, half_split}, {Pairing::interleaved, interleaved}});
}

TEST(BothPairings, TheWorseVerdictStandsWhicheverComesFirst) {
  const reports::Case good = one(Verdict::pass, 0.9);
  for (Verdict verdict : {Verdict::crashed, Verdict::timed_out, Verdict::fail, Verdict::warning}) {
    const reports::Case bad = one(verdict, 0.5, "why");
    EXPECT_EQ(both(good, bad).verdict, verdict);
    EXPECT_EQ(both(good, bad).message, "interleaved: why");
    EXPECT_EQ(both(bad, good).message, "half-split: why");
    EXPECT_EQ(both(bad, good).cells, 20U);
  }
  EXPECT_EQ(both(good, one(Verdict::pass, 0.95)).ratio, 0.95);
  EXPECT_EQ(both(one(Verdict::pass, 0.95), good).ratio, 0.95);
}

TEST(BothPairings, APassInOneSaysThatTheOtherWasRefused) {
  const reports::Case refused = one(Verdict::unsupported, 0, "query says no");
  const reports::Case pass = both(one(Verdict::pass, 0.5), refused);
  EXPECT_EQ(pass.verdict, Verdict::pass);
  EXPECT_EQ(pass.message, "not judged in interleaved: query says no");
  EXPECT_EQ(both(refused, one(Verdict::fail, 2, "beyond")).message,
            "interleaved: beyond; not judged in half-split: query says no");
  EXPECT_EQ(both(refused, refused).verdict, Verdict::unsupported);
  EXPECT_EQ(both(refused, refused).message, "half-split: query says no");
}

TEST(BothPairings, OneAlone) {
  EXPECT_EQ(of_both_pairings({{Pairing::interleaved, one(Verdict::fail, 2, "beyond")}}).message, "interleaved: beyond");
}

}  // namespace
}  // namespace rope::conformance
