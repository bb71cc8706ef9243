// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers and sentences must not say more than the record does.
#include "reports/wording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "reports/sample_records.hpp"

namespace rope::reports {
namespace {

TEST(Wording, ARatioShowsOnWhichSideOfItsLimitItIs) {
  EXPECT_EQ(ratio_text(0.7109375), "0.71");
  EXPECT_EQ(ratio_text(1), "1.00");
  EXPECT_EQ(ratio_text(0.9996), "0.9996");
  EXPECT_EQ(ratio_text(1.0004), "1.0004");
  EXPECT_EQ(ratio_text(std::nextafter(1.0, 2.0)), "1.0000000000000002");
  EXPECT_EQ(ratio_text(0), "0.00");
  EXPECT_EQ(ratio_text(1e-7), "1e-07");
  EXPECT_EQ(ratio_text(182.5), "182");
  EXPECT_EQ(ratio_text(1e12), "1e+12");
  EXPECT_EQ(ratio_text(std::nan("")), "not a number");
  EXPECT_EQ(ratio_text(std::numeric_limits<double>::infinity()), "infinite");
}

TEST(Wording, AShareIsNeverRoundedUpToAll) {
  EXPECT_EQ(share_text(1), "100%");
  EXPECT_EQ(share_text(0.999999), "99.99%");
  EXPECT_EQ(share_text(0), "0.00%");
}

TEST(Wording, CountsAndTimes) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(5898240), "5,898,240");
  EXPECT_EQ(seconds_text(0.25), "0.25 s");
  EXPECT_EQ(seconds_text(12.34), "12.3 s");
  EXPECT_EQ(seconds_text(125), "2 min 5 s");
  EXPECT_EQ(angle_text(0.0042), "4.2e-3");
  EXPECT_EQ(angle_text(4.2e-12), "4.2e-12");
  EXPECT_EQ(angle_text(3.14159), "3.14");
}

TEST(Wording, SampledCoverageIsNeverCalledAll) {
  EXPECT_EQ(coverage_text({{"a", 1024, 131072}, {"b", 1024, 8192}, {"c", 128, 128}}),
            "sampled 1,024 of 131,072 positions of a; sampled 1,024 of 8,192 positions of b; all 128 positions of c");
  EXPECT_EQ(coverage_text({{"c", 128, 128}, {"a", 1024, 131072}, {"b", 1024, 131072}}),
            "sampled 1,024 of 131,072 positions of a, b; all 128 positions of c");
  EXPECT_EQ(coverage_text({{"a", 127, 128}}), "sampled 127 of 128 positions of a");
}

TEST(Wording, AHorizonClaimsNothingPastWhatWasChecked) {
  const auto said = [](std::optional<std::int64_t> holds, std::int64_t checked_to) {
    return horizon_groups({{"m", "fp32", 4096, checked_to, holds, 0, 0}}).front();
  };
  EXPECT_EQ(said(4095, 4095).valid_to, "4095, the limit");
  EXPECT_TRUE(said(4095, 4095).whole_context);
  EXPECT_TRUE(said(8191, 8191).whole_context);
  EXPECT_EQ(said(4094, 4095).valid_to, "4094 only, of 4095");
  EXPECT_FALSE(said(4094, 4095).whole_context);
  EXPECT_EQ(said(1000, 1000).valid_to, "1000, the last checked, of 4095");
  EXPECT_FALSE(said(1000, 1000).whole_context);
  EXPECT_EQ(said({}, 4095).valid_to, "nowhere");
}

TEST(Wording, HorizonsThatDifferStayApart) {
  const auto groups = horizon_groups({{"m", "fp32", 4096, 4095, 4095, 1e-4, 2e-4},
                                      {"m", "fp16", 4096, 4095, 4095, 3e-4, 4e-4},
                                      {"m", "bf16", 4096, 4095, 256, 5e-1, 6e-4},
                                      {"n", "fp32", 4096, 4095, 4095, std::nan(""), 0}});
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_THAT(groups[0].dtypes, testing::ElementsAre("fp32", "fp16"));
  EXPECT_FALSE(groups[0].every_dtype);
  EXPECT_EQ(groups[0].angle_error, 3e-4);
  EXPECT_EQ(groups[0].usual_angle_error, 4e-4);
  EXPECT_THAT(groups[1].dtypes, testing::ElementsAre("bf16"));
  EXPECT_TRUE(groups[2].every_dtype);
  EXPECT_TRUE(std::isnan(groups[2].angle_error));
}

TEST(Wording, TheWorstGradeOfADtypeIsShownAndNotANumberIsWorst) {
  Grade low;
  low.dtype = "fp32";
  low.ratio = 0.5;
  Grade high = low;
  high.ratio = 0.75;
  Grade broken = low;
  broken.ratio = std::nan("");
  EXPECT_EQ(worst_by_dtype({low, high}).front().ratio, 0.75);
  EXPECT_EQ(worst_by_dtype({high, low}).front().ratio, 0.75);
  EXPECT_TRUE(std::isnan(worst_by_dtype({low, broken, high}).front().ratio));
}

TEST(Wording, HeadlinesOfExitCodesAndVerdicts) {
  Record record;
  record.exit_code = 0;
  record.verdict = Verdict::pass;
  EXPECT_EQ(headline(record), "CONFORMS");
  // A record that contradicts itself is never called conforming.
  record.verdict = Verdict::fail;
  EXPECT_EQ(headline(record), "DOES NOT CONFORM");
  record.verdict = Verdict::pass;
  record.exit_code = 4;
  EXPECT_EQ(headline(record), "THE SUITE FAILED");
  record.exit_code = 1;
  EXPECT_EQ(headline(record), "DOES NOT CONFORM");
  record.exit_code = 5;
  EXPECT_EQ(headline(record), "INCONCLUSIVE");
}

TEST(Wording, ReasonDropsWhatTheHeadlineSays) {
  Record record;
  record.verdict_sentence = "does not conform: 3 of 9 cases fail";
  EXPECT_EQ(verdict_reason(record), "3 of 9 cases fail");
  record.verdict_sentence = "interrupted after 3 cases";
  EXPECT_EQ(verdict_reason(record), "interrupted after 3 cases");
}

TEST(Wording, EveryCaseIsCountedOnce) {
  Check check;
  check.cases.resize(8);
  const Verdict all[] = {Verdict::pass,      Verdict::warning,     Verdict::fail,           Verdict::crashed,
                         Verdict::timed_out, Verdict::unsupported, Verdict::not_observable, Verdict::inconclusive};
  for (std::size_t i = 0; i < 8; ++i) check.cases[i].verdict = all[i];
  EXPECT_EQ(tally_text(tally(check)), "1 of 8 cases fails, 1 crashed, 1 timed out, 1 with a warning, 3 not judged");
  EXPECT_EQ(tally_text(tally(Check())), "no case was run");
}

TEST(Wording, TheFirstFailureIsThatOfTheWorstCell) {
  Record record = conforming_record();
  EXPECT_EQ(first_failure(record).check, nullptr);
  Check& check = record.checks[1];
  check.verdict = Verdict::fail;
  check.cases[3].verdict = Verdict::fail;
  check.cases[8].verdict = Verdict::fail;
  EXPECT_EQ(first_failure(record).failing_case, &check.cases[8]);
  // A check before it without a single pair to show does not hide it.
  record.checks[0].verdict = Verdict::fail;
  record.checks[0].cases[0].verdict = Verdict::fail;
  record.checks[0].worst.reset();
  EXPECT_EQ(first_failure(record).check, &check);
  record.checks[0].verdict = Verdict::pass;
  check.worst.reset();
  EXPECT_EQ(first_failure(record).failing_case, &check.cases[3]);
  EXPECT_EQ(first_failure(record).worst, nullptr);
}

}  // namespace
}  // namespace rope::reports
