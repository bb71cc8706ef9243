// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// SIGINT and SIGTERM in a run that makes its own fixtures, and so has threads before the first case.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// Waits for the file or the tool's end, whichever comes first.
bool appears(const fs::path& file, RunningTool& tool) {
  while (!fs::exists(file) && !tool.ended()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return fs::exists(file);
}

class Signals : public ::testing::TestWithParam<int> {};

TEST_P(Signals, AmongTheCasesLeaveAPartialReport) {
  const ScratchFolder scratch;
  // A library that hangs keeps the run at its first case.
  RunningTool tool({"--impl", hostile("hang-in-apply"), "--model", "llama-2-7b", "--profile", "smoke", "--jobs", "4",
                    "--out", scratch / "out"});
  ASSERT_TRUE(appears(scratch / "out/fixtures/llama-2-7b-128.h5", tool));
  tool.signal(GetParam());
  const ToolResult result = tool.wait();
  EXPECT_FALSE(result.by_signal);
  EXPECT_EQ(result.exit_code, 130) << result.err;
  ASSERT_TRUE(fs::exists(scratch / "out/report.json"));
  const nlohmann::json report = read_report(scratch / "out");
  EXPECT_EQ(report.at("exit_code"), 130);
  EXPECT_THAT(report.dump(), HasSubstr("this report is partial"));
}

TEST_P(Signals, WhileFixturesAreMadeEndTheRunBeforeTheRest) {
  const ScratchFolder scratch;
  RunningTool tool({"--impl", bundled("usual"), "--jobs", "4", "--out", scratch / "out"});
  ASSERT_TRUE(appears(scratch / "out/fixtures", tool));
  tool.signal(GetParam());
  const ToolResult result = tool.wait();
  EXPECT_FALSE(result.by_signal);
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.err, HasSubstr("interrupted before the first case"));
  const auto made = std::distance(fs::directory_iterator(scratch / "out/fixtures"), {});
  EXPECT_LE(made, 1) << "the fixture under way is the last";
  EXPECT_FALSE(fs::exists(scratch / "out/report.json"));
}

INSTANTIATE_TEST_SUITE_P(Ending, Signals, ::testing::Values(SIGINT, SIGTERM),
                         [](const auto& one) { return one.param == SIGINT ? "SIGINT" : "SIGTERM"; });

}  // namespace
}  // namespace rope::conformance
