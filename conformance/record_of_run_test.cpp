// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// How cases add up to the run's verdict and exit code.
#include "conformance/record_of_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace rope::conformance {
namespace {

using reports::Verdict;
using ::testing::HasSubstr;

CaseFinding finding(const char* check, Verdict verdict, const char* dtype = "fp32") {
  CaseFinding out;
  out.id = {check, "llama-3-8b", dtype, "half-split"};
  out.record.verdict = verdict;
  return out;
}

RunFindings minimum() {
  RunFindings findings;
  for (const char* check : {"golden-table", "golden-rotation", "relative-position", "long-context"}) {
    findings.cases.push_back(finding(check, Verdict::pass));
  }
  return findings;
}

reports::Record record(const RunFindings& findings, const RunOptions& options = {},
                       const WantedPipeline* wanted = nullptr) {
  const std::vector<GoldenFixture> fixtures;
  const RunContext context{options, fixtures, {}, {}, {}, wanted};
  Description description;
  description.name = "kernel";
  return record_of_run(context, "kernel.so", description, findings);
}

TEST(Verdict, MinimumOfPassesConforms) {
  const reports::Record result = record(minimum());
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.verdict, Verdict::pass);
}

TEST(NotTested, WhatIsLargerThanAnyCallIsNamed) {
  for (const char* rules : {"", "2026.4"}) {
    RunOptions options;
    options.rules = rules;
    EXPECT_THAT(record(minimum(), options).not_tested,
                ::testing::Contains(HasSubstr("input values beyond ±64, more than 128 heads of q or of k, 257 rows of "
                                              "a batch or 4099 tokens of a row in one call")));
  }
}

TEST(Verdict, EachOfTheFourChecksIsNeeded) {
  for (std::size_t left_out = 0; left_out < 4; ++left_out) {
    for (Verdict instead : {Verdict::unsupported, Verdict::not_observable, Verdict::inconclusive}) {
      RunFindings findings = minimum();
      findings.cases[left_out].record.verdict = instead;
      const reports::Record result = record(findings);
      EXPECT_EQ(result.exit_code, 5) << left_out << " " << reports::name(instead);
      EXPECT_EQ(result.verdict, Verdict::inconclusive);
    }
  }
}

TEST(Verdict, TheFourMustBeOfOneDtype) {
  RunFindings findings = minimum();
  findings.cases[2] = finding("relative-position", Verdict::pass, "bf16");
  EXPECT_EQ(record(findings).exit_code, 5);
}

TEST(Verdict, NothingAtAllIsInconclusive) {
  EXPECT_EQ(record({}).exit_code, 5);
}

TEST(Combinations, EachOneStandsOnceWithWhereItWasTried) {
  RunFindings findings = minimum();
  const AskedCombination bhsd{"layouts", "bhsd", true, ""};
  const AskedCombination refused{"layouts", "bhsd", false, "bshd only"};
  for (DType dtype : {DType::f32, DType::bf16, DType::f32}) {
    findings.combinations.add(bhsd, "llama-3-8b", dtype, Pairing::half_split);
  }
  findings.combinations.add(refused, "phi-2", DType::f32, Pairing::interleaved);
  const auto combinations = record(findings).combinations;
  ASSERT_EQ(combinations.size(), 2U);
  EXPECT_EQ(combinations[0].dtypes, (std::vector<std::string>{"fp32", "bf16"}));
  EXPECT_EQ(combinations[0].models, (std::vector<std::string>{"llama-3-8b"}));
  EXPECT_FALSE(combinations[1].asked);
  EXPECT_EQ(combinations[1].reason, "bshd only");
  EXPECT_EQ(combinations[1].pairings, (std::vector<std::string>{"interleaved"}));
}

TEST(NotTested, IsWhatTheRulesDoNotAsk) {
  const auto says_strides = [](const std::vector<std::string>& lines) {
    return std::any_of(lines.begin(), lines.end(),
                       [](const std::string& line) { return line.find("strides") != std::string::npos; });
  };
  RunOptions older;
  older.rules = "2026.3";
  EXPECT_TRUE(says_strides(record(minimum(), older).not_tested));
  EXPECT_FALSE(says_strides(record(minimum()).not_tested));
}

TEST(Verdict, AnyWrongCaseDoesNotConform) {
  for (Verdict wrong : {Verdict::fail, Verdict::crashed, Verdict::timed_out}) {
    RunFindings findings = minimum();
    findings.cases.push_back(finding("pairing-equivalence", wrong));
    const reports::Record result = record(findings);
    EXPECT_EQ(result.exit_code, 1) << reports::name(wrong);
    EXPECT_EQ(result.verdict, Verdict::fail);
    EXPECT_EQ(result.checks.front().verdict, wrong);
  }
}

TEST(Verdict, WarningConforms) {
  RunFindings findings = minimum();
  findings.cases[0].record.verdict = Verdict::warning;
  const reports::Record result = record(findings);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.verdict, Verdict::warning);
}

TEST(Verdict, OtherBitsThanThoseOfTheDeclaredContractAreAWarning) {
  RunFindings findings = minimum();
  reports::Match bits;
  bits.pipeline = "declared";
  bits.compared = bits.equal = 1000;
  findings.bits = {bits};
  EXPECT_EQ(record(findings).verdict, Verdict::pass);
  findings.bits.front().equal = 999;
  const reports::Record result = record(findings);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.verdict, Verdict::warning);
  EXPECT_THAT(result.verdict_sentence, HasSubstr("not those of the contract"));
  RunOptions older;
  older.rules = "2026.2";
  EXPECT_EQ(record(findings, older).verdict, Verdict::pass) << "older rules do not have it";
}

TEST(Verdict, AMatchThatWasAskedForMustHaveBeenJudged) {
  const WantedPipeline wanted{"hf-eager-bf16", {}};
  RunFindings findings = minimum();
  EXPECT_EQ(record(findings, {}, &wanted).exit_code, 5);
  findings.cases.push_back(finding("match", Verdict::unsupported, "bf16"));
  EXPECT_EQ(record(findings, {}, &wanted).exit_code, 5);
  findings.cases.back().record.verdict = Verdict::pass;
  EXPECT_EQ(record(findings, {}, &wanted).exit_code, 0);
  findings.cases.back().record.verdict = Verdict::fail;
  EXPECT_EQ(record(findings, {}, &wanted).exit_code, 1);
}

TEST(Verdict, InterruptionIs130WhateverElse) {
  RunFindings findings = minimum();
  findings.interrupted = true;
  findings.cases.push_back(finding("pairing-equivalence", Verdict::fail));
  EXPECT_EQ(record(findings).exit_code, 130);
}

TEST(Verdict, AFaultOfTheSuiteIs4AndKeepsWhatWasJudged) {
  RunFindings findings = minimum();
  findings.suite_problem = "no memory to share";
  const reports::Record result = record(findings);
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_EQ(result.checks.size(), 4U);
  EXPECT_THAT(result.verdict_sentence, HasSubstr("no memory to share"));
}

TEST(Verdict, OfACheckIsItsWorstCase) {
  RunFindings findings = minimum();
  findings.cases.push_back(finding("golden-table", Verdict::unsupported, "bf16"));
  findings.cases.push_back(finding("golden-table", Verdict::warning, "fp16"));
  const reports::Record result = record(findings);
  for (const reports::Check& check : result.checks) {
    EXPECT_EQ(check.verdict, check.id == "golden-table" ? Verdict::warning : Verdict::pass) << check.id;
  }
}

TEST(Reproduce, CommandCarriesWhatTheRunHad) {
  RunOptions options;
  options.seed = 7;
  options.profile = "smoke";
  options.timeout_scale = 2;
  options.deterministic = true;
  const auto command = [&] { return record(minimum(), options).checks.front().cases.front().reproduce; };
  EXPECT_EQ(
      command(),
      "rope-conform reproduce relative-position/llama-3-8b/fp32/half-split --impl kernel.so --profile smoke --seed 7 "
      "--timeout 2 --deterministic");
  options.match = "my pipeline.match";
  EXPECT_EQ(command().find("--match"), std::string::npos) << "other cases do not need it";
  // Given fixtures decide positions and inputs, so there is no profile and no seed beside them.
  options.fixtures = "my fixtures";
  EXPECT_EQ(
      command(),
      "rope-conform reproduce relative-position/llama-3-8b/fp32/half-split --impl kernel.so --fixtures 'my fixtures' "
      "--timeout 2 --deterministic");
}

TEST(CaseIds, ReadBackOrAreRefused) {
  EXPECT_TRUE(parse_case_id("golden-table/llama-3-8b/bf16/half-split").has_value());
  EXPECT_TRUE(parse_case_id("pairing-equivalence/my-model/fp32/both").has_value());
  for (const char* bad : {"", "golden-table", "golden-table/m/bf16", "golden-table/m/fp64/half-split",
                          "golden-table/m/bf16/both", "pairing-equivalence/m/bf16/half-split",
                          "golden-chair/m/bf16/half-split", "golden-table/m/bf16/half-split/more"}) {
    EXPECT_FALSE(parse_case_id(bad).has_value()) << bad;
  }
}

TEST(ExitCodes, WorseFollowsTheOrder) {
  const std::vector<ExitCode> order{ExitCode::conforms,     ExitCode::inconclusive, ExitCode::does_not_conform,
                                    ExitCode::not_loadable, ExitCode::suite_failed, ExitCode::interrupted};
  for (std::size_t a = 0; a < order.size(); ++a) {
    for (std::size_t b = 0; b < order.size(); ++b) EXPECT_EQ(worse(order[a], order[b]), order[std::max(a, b)]);
  }
}

}  // namespace
}  // namespace rope::conformance
