// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What report.json and report.xml promise to those who read them with a program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/render.hpp"
#include "reports/sample_records.hpp"

namespace rope::reports {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;

Json without_run(const Record& record) {
  Json report = Json::parse(render_json(record));
  report.erase("run");
  return report;
}

TEST(ReportJson, TopLevelKeysInOrder) {
  const std::vector<std::string> expected{"schema_version", "verdict",      "exit_code", "rules",    "seed",
                                          "implementation", "environment",  "spec",      "contract", "scope",
                                          "coverage",       "combinations", "grades",    "tiers",    "bits",
                                          "attention",      "diagnosis",    "checks",    "run"};
  for (const Sample& sample : sample_records()) {
    std::vector<std::string> keys;
    const Json report = Json::parse(render_json(sample.record));
    for (const auto& [key, value] : report.items()) keys.push_back(key);
    EXPECT_EQ(keys, expected) << sample.name;
  }
}

TEST(ReportJson, OnlyRunDiffersOnARerun) {
  Record first = conforming_record();
  Record second = first;
  second.started = "2027-01-01T00:00:00Z";
  second.host = "elsewhere";
  second.seconds_total = 99;
  second.seconds_implementation = 98;
  second.seconds_suite = 1;
  second.captured_output = "warm-up took 3 ms\n";
  second.directory = "/somewhere/else";
  second.implementation_file = "/elsewhere/usual.so";
  for (Fixture& one : second.fixtures) one.path = "/elsewhere/" + one.model + ".h5";
  for (Check& check : second.checks) {
    for (Case& one : check.cases) {
      one.seconds = 7;
      one.reproduce += " --out /somewhere/else";
    }
  }
  EXPECT_NE(render_json(first), render_json(second));
  EXPECT_EQ(without_run(first).dump(), without_run(second).dump());
  // And what was observed is not under run.
  second.checks.front().cases.front().ratio = 0.25;
  EXPECT_NE(without_run(first).dump(), without_run(second).dump());
}

TEST(ReportJson, NoPathOutsideRun) {
  Record record = conforming_record();
  record.implementation_file = "/srv/someone/usual.so";
  const std::string text = without_run(record).dump();
  EXPECT_THAT(text, Not(HasSubstr("/srv")));
  EXPECT_THAT(text, Not(HasSubstr("/opt")));
  EXPECT_THAT(text, HasSubstr("\"usual.so\""));
}

TEST(ReportJson, NumbersWithoutJsonFormAreStrings) {
  Record record = conforming_record();
  record.grades.front().ratio = std::nan("");
  record.checks.front().worst->error = -std::numeric_limits<double>::infinity();
  const Json report = Json::parse(render_json(record));
  EXPECT_EQ(report["grades"][0]["ratio"], "nan");
  EXPECT_EQ(report["checks"][0]["worst"]["error"], Json({{"dec", "-inf"}, {"hex", "0xfff0000000000000"}}));
  EXPECT_EQ(report["checks"][0]["worst"]["bound"], Json({{"dec", "0.0078125"}, {"hex", "0x3f80000000000000"}}));
}

TEST(ReportJson, SpecIsJsonOrStaysText) {
  Record record = conforming_record();
  record.specs = {{"good", R"({"theta":500000.0})"}, {"bad", "{"}};
  const Json report = Json::parse(render_json(record));
  EXPECT_EQ(report["spec"][0]["spec"]["theta"], 500000.0);
  EXPECT_EQ(report["spec"][1]["spec"], "{");
}

TEST(ReportJunit, EachVerdictHasItsElement) {
  Record record = conforming_record();
  record.exit_code = 1;
  record.verdict = Verdict::fail;
  auto& cases = record.checks.front().cases;
  const Verdict all[] = {Verdict::pass,      Verdict::warning,     Verdict::fail,           Verdict::crashed,
                         Verdict::timed_out, Verdict::unsupported, Verdict::not_observable, Verdict::inconclusive};
  for (std::size_t i = 0; i < 8; ++i) {
    cases[i].verdict = all[i];
    cases[i].message = "because of this";
  }
  const std::string xml = render_junit(record);
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"golden-table\" tests=\"9\" failures=\"1\" errors=\"2\" skipped=\"3\""));
  EXPECT_THAT(xml, HasSubstr("<failure type=\"fail\" message=\"because of this\">"));
  EXPECT_THAT(xml, HasSubstr("<error type=\"crashed\""));
  EXPECT_THAT(xml, HasSubstr("<error type=\"timed-out\""));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"unsupported: because of this\"/>"));
  EXPECT_THAT(xml, HasSubstr("<system-out>warning: because of this"));
  EXPECT_THAT(xml, HasSubstr("reproduce rope-conform reproduce golden-table/"));
  EXPECT_THAT(xml, HasSubstr("classname=\"rope-conform.usual.golden-table\""));
}

TEST(ReportJunit, ARunThatDoesNotConformIsNeverAllGreen) {
  for (const Sample& sample : sample_records()) {
    const std::string xml = render_junit(sample.record);
    const bool red = xml.find("<failure ") != std::string::npos || xml.find("<error ") != std::string::npos;
    EXPECT_EQ(red, sample.record.exit_code != 0) << sample.name;
  }
  Record every_case_passes = conforming_record();
  every_case_passes.exit_code = 4;
  EXPECT_THAT(render_junit(every_case_passes), HasSubstr("<error "));
}

TEST(ReportMarkdown, NamesWhatWasNotJudgedAndHowToReproduce) {
  for (const Sample& sample : sample_records()) {
    const std::string page = render_markdown(sample.record);
    for (const std::string& reason : sample.record.not_tested) EXPECT_THAT(page, HasSubstr(reason.substr(0, 4)));
    for (const Check& check : sample.record.checks) {
      for (const Case& one : check.cases) EXPECT_THAT(page, HasSubstr(one.id)) << sample.name;
    }
    for (const Fixture& one : sample.record.fixtures) EXPECT_THAT(page, HasSubstr(one.digest));
    const bool failed = sample.record.verdict == Verdict::fail && sample.name != "contract-outside";
    EXPECT_EQ(page.find("Reproduce the failures") != std::string::npos, failed) << sample.name;
  }
}

}  // namespace
}  // namespace rope::reports
