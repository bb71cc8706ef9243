// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Plug-ins that are wrong in one family: on a model that has it the golden checks fail, and the fault is named; on one
// that has another they pass.
#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>

#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;

struct Fault {
  const char* plugin;
  const char* model;  ///< of fixtures/golden
  const char* named;
  friend void PrintTo(const Fault& one, std::ostream* out) { *out << one.plugin << " on " << one.model; }
};

class FaultyFamily : public ::testing::TestWithParam<Fault> {
 protected:
  static json run(const std::string& plugin, const std::string& model, int expected) {
    const ScratchFolder scratch;
    const ToolResult result = run_tool({"--impl", faulty(plugin), "--fixtures", golden_folder(), "--model", model,
                                        "--check", "golden-*", "--out", scratch / "report"});
    EXPECT_EQ(result.exit_code, expected) << result.out << result.err;
    return read_report(scratch / "report");
  }
};

TEST_P(FaultyFamily, FailsTheGoldenChecksAndIsNamed) {
  const json report = run(GetParam().plugin, GetParam().model, 1);
  ASSERT_EQ(report["checks"].size(), 2U);
  for (const json& check : report["checks"]) {
    EXPECT_EQ(check["cases"].size(), 6U);
    for (const json& one : check["cases"]) EXPECT_EQ(one["verdict"], "fail") << one;
  }
  std::set<std::string> named;
  for (const json& cause : report["diagnosis"]) named.insert(cause["id"]);
  EXPECT_EQ(named, std::set<std::string>{GetParam().named}) << report["diagnosis"].dump(2);
}

/// Exit code 5: the golden checks alone are too little for a verdict.
TEST_P(FaultyFamily, PassesThemOnAPlainModel) {
  for (const json& check : run(GetParam().plugin, "llama-3-8b", 5)["checks"]) {
    for (const json& one : check["cases"]) EXPECT_EQ(one["verdict"], "pass") << one;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, FaultyFamily,
    ::testing::Values(Fault{"yarn-ramp", "gpt-oss-20b", "yarn-ramp"}, Fault{"yarn-ramp", "deepseek-v3", "yarn-ramp"},
                      Fault{"yarn-truncate", "gpt-oss-20b", "yarn-truncate"},
                      Fault{"factor-ignored", "gpt-oss-20b", "factor-ignored"},
                      Fault{"factor-ignored", "phi-3.5-mini", "factor-ignored"},
                      Fault{"longrope-list", "phi-3.5-mini", "longrope-list"},
                      Fault{"longrope-multiplied", "phi-3.5-mini", "longrope-multiplied"},
                      Fault{"scale-ignored", "gemma-3-27b.full_attention", "scale-ignored"},
                      Fault{"scale-ignored", "internlm3-8b", "scale-ignored"},
                      Fault{"proportional-exponent", "gemma-4-31b.full_attention", "proportional-exponent"},
                      Fault{"llama3-band", "llama-3.1-8b", "llama3-band"}),
    [](const auto& one) {
      std::string name = std::string(one.param.plugin) + "_on_" + one.param.model;
      for (char& c : name) {
        if (c == '-' || c == '.') c = '_';
      }
      return name;
    });

}  // namespace
}  // namespace rope::conformance
