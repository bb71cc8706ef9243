// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA plug-ins through the tool, on a GPU: every check on each of them. Without a GPU the tests are skipped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;
using ::testing::AnyOf;
using ::testing::HasSubstr;

class Gpu : public ::testing::Test {
 protected:
  struct Run {
    ToolResult result;
    json report;
  };

  void SetUp() override {
    const ScratchFolder scratch;
    run_tool({"--impl", on_gpu("cuda"), "--fixtures", golden_folder(), "--model", "llama-3-8b", "--check",
              "position-zero", "--out", scratch / "report"});
    const std::string page = read_text(scratch / "report/report.md");
    const std::size_t at = page.find("no CUDA device");
    if (at != std::string::npos) GTEST_SKIP() << page.substr(at, page.find('\n', at) - at);
  }

  static Run run(const std::string& library, const std::vector<std::string>& more) {
    const ScratchFolder scratch;
    std::vector<std::string> arguments{"--impl", library, "--out", scratch / "report"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Run run{run_tool(arguments), {}};
    run.report = read_report(scratch / "report");
    return run;
  }

  static std::string on_gpu(const std::string& name) { return bundled("cuda/" + name); }
};

const std::vector<std::string> smoke{"--profile", "smoke"};

TEST_F(Gpu, TheAccurateKernelConformsWithTheGradesOfTheSameArithmeticOnTheHost) {
  const Run gpu = run(on_gpu("cuda"), smoke), host = run(bundled("device-arithmetic"), smoke);
  EXPECT_EQ(gpu.result.exit_code, 0) << gpu.result.out << gpu.result.err;
  for (const json& check : gpu.report["checks"]) EXPECT_EQ(check["verdict"], "pass") << check["id"];
  ASSERT_EQ(gpu.report["grades"].size(), 3U);
  for (const json& grade : gpu.report["grades"]) EXPECT_EQ(grade["grade"], "better") << grade;
  // The same bits have the same worst cells.
  EXPECT_EQ(gpu.report["grades"].dump(), host.report["grades"].dump());
}

TEST_F(Gpu, TheAccurateKernelHasTierA) {
  const Run gpu = run(on_gpu("cuda"), {"--profile", "exhaustive", "--model", "llama-3.1-8b"});
  EXPECT_EQ(gpu.result.exit_code, 0) << gpu.result.out << gpu.result.err;
  ASSERT_EQ(gpu.report["tiers"].size(), 3U);
  for (const json& row : gpu.report["tiers"]) EXPECT_EQ(row["every_position"]["tier"], "A") << row["dtype"];
}

TEST_F(Gpu, TheUsualKernelConforms) {
  const Run gpu = run(on_gpu("cuda-usual"), smoke);
  EXPECT_EQ(gpu.result.exit_code, 0) << gpu.result.out << gpu.result.err;
  for (const json& check : gpu.report["checks"]) EXPECT_EQ(check["verdict"], "pass") << check["id"];
  for (const json& grade : gpu.report["grades"]) {
    EXPECT_THAT(grade["grade"].get<std::string>(), AnyOf("equal", "better")) << grade;
    EXPECT_EQ(grade["contract"]["verdict"], "inside") << grade;
  }
}

TEST_F(Gpu, TheFastKernelPaysForIt) {
  const Run gpu = run(on_gpu("cuda-fast"), smoke);
  EXPECT_EQ(gpu.result.exit_code, 1) << gpu.result.out << gpu.result.err;
  bool seen = false;
  for (const json& check : gpu.report["checks"]) {
    // At pair 0 the angle is the position itself, and an angle in fp32 turns is off by 2^-23 of it.
    seen = seen || (check["id"] == "long-context" && check["verdict"] == "fail");
    // Memory, layouts and what is not computed are as right as in the others.
    const bool not_computed = check["id"] == "pass-through-dims" || check["id"] == "position-zero";
    EXPECT_TRUE(!not_computed || check["verdict"] == "pass") << check["id"];
  }
  EXPECT_TRUE(seen) << gpu.result.out;
}

/// On any machine: without a device nothing is judged, and the report says why.
TEST(GpuOrNot, WhatCannotBeAskedIsNoPass) {
  const ScratchFolder scratch;
  const ToolResult result = run_tool({"--impl", bundled("cuda/cuda"), "--fixtures", golden_folder(), "--model",
                                      "llama-3.1-8b", "--out", scratch / "report"});
  const std::string page = read_text(scratch / "report/report.md");
  if (page.find("no CUDA device") == std::string::npos) {
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  } else {
    EXPECT_EQ(result.exit_code, 5) << result.out << result.err;
    EXPECT_THAT(page, HasSubstr("no CUDA device: cudaGetDeviceCount: cudaError"));
  }
}

}  // namespace
}  // namespace rope::conformance
