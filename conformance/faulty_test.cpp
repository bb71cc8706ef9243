// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Holds the tool to impls/faulty/expectations.txt: for each faulty plug-in and each dtype, which checks must fail, may
// fail and must pass, and which fault is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <sstream>

#include "conformance/checks/check.hpp"
#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;

using Ids = std::set<std::string>;

struct Row {
  std::string plugin;
  Ids must_fail, may_fail, must_pass;
  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.plugin; }
};

Ids words(const std::string& text) {
  std::istringstream stream(text);
  Ids out;
  for (std::string word; stream >> word;) {
    if (word != "-") out.insert(word);
  }
  return out;
}

std::vector<Row> rows() {
  std::istringstream text(read_text(ROPE_SOURCE_FOLDER "/impls/faulty/expectations.txt"));
  std::vector<Row> out;
  for (std::string line; std::getline(text, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream columns(line);
    std::string column[4];
    for (std::string& one : column) std::getline(columns, one, '|');
    out.push_back({*words(column[0]).begin(), words(column[1]), words(column[2]), words(column[3])});
  }
  return out;
}

TEST(Expectations, NameEachCheckOnceAndEachPlugin) {
  std::set<std::string> plugins;
  for (const Row& row : rows()) {
    plugins.insert(row.plugin);
    for (const CheckInfo& check : all_checks) {
      const std::string id(check.id);
      EXPECT_EQ(row.must_fail.count(id) + row.may_fail.count(id) + row.must_pass.count(id), 1U)
          << row.plugin << " " << id;
    }
    EXPECT_FALSE(row.must_fail.empty()) << row.plugin;
  }
  const std::set<std::string> wanted{"pair-swapped", "sign-flip", "pos-off-by-one",
                                     "pos-bf16",     "freq-bf16", "scale-ignored"};
  EXPECT_EQ(plugins, wanted);
}

class FaultyTest : public ::testing::TestWithParam<Row> {};

TEST_P(FaultyTest, FailsWhereItMustAndNowhereElse) {
  const Row& row = GetParam();
  const ScratchFolder scratch;
  const ToolResult result = run_tool({"--impl", faulty(row.plugin), "--profile", "smoke", "--out", scratch / "report"});
  EXPECT_EQ(result.exit_code, 1) << result.out << result.err;
  const json report = read_report(scratch / "report");
  std::size_t failing_dtypes = 0;
  for (const json& check : report["checks"]) {
    const std::string id = check["id"];
    for (const json& one : check["cases"]) {
      const std::string where = row.plugin + " " + one["id"].get<std::string>() + " " + one.value("message", "");
      const std::string verdict = one["verdict"];
      // Ignoring the scaling is right where the model has none.
      const bool innocent = row.plugin == "scale-ignored" && one["model"] != "llama-3.1-8b";
      if (innocent || row.must_pass.count(id) != 0) {
        EXPECT_TRUE(verdict == "pass" || verdict == "warning") << where;
      } else if (row.must_fail.count(id) != 0) {
        EXPECT_EQ(verdict, "fail") << where;
        ++failing_dtypes;
      } else {
        EXPECT_TRUE(verdict == "pass" || verdict == "warning" || verdict == "fail") << where;
      }
    }
  }
  EXPECT_GE(failing_dtypes, 3U);
  std::set<std::string> named;
  for (const json& diagnosis : report["diagnosis"]) named.insert(diagnosis["id"].get<std::string>());
  EXPECT_EQ(named, std::set<std::string>{row.plugin}) << report["diagnosis"].dump(2);
}

INSTANTIATE_TEST_SUITE_P(Each, FaultyTest, ::testing::ValuesIn(rows()), [](const auto& instance) {
  std::string name = instance.param.plugin;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace rope::conformance
