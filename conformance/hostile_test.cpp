// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Libraries that cannot be loaded, and ones that crash, hang, lie or write where they must not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/checks/check.hpp"
#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

ToolResult check(const std::string& library, const ScratchFolder& scratch, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"--impl",     library, "--fixtures",  golden_folder(), "--model",
                                     "llama-3-8b", "--out", scratch / "r", "--dtype",       "fp32"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_tool(arguments);
}

struct Unloadable {
  std::string library;
  std::string message;
};

TEST(Unloadable, IsExplainedWithExitCode3) {
  const ScratchFolder scratch;
  write_text(scratch / "text.so", "#!/bin/sh\necho this is no library\n");
  write_text(scratch / "empty.so", "");
  const std::vector<Unloadable> all{
      {scratch / "absent.so", "absent.so"},
      {scratch / "text.so", "a text file (it begins \"#!/bin/sh\")"},
      {scratch / "empty.so", "empty"},
      {scratch.path().string(), "folder"},
      {hostile("no-symbol"), "rope_impl_entry"},
      {hostile("missing-dependency"), "librope_missing_dependency.so.11.0"},
      {hostile("undefined-symbol"), "rope_no_such_function"},
      {hostile("crash-on-load"), "SIGSEGV"},
      {hostile("garbage-describe"), "describe"},
  };
  for (const Unloadable& one : all) {
    const ToolResult result = check(one.library, scratch);
    EXPECT_EQ(result.exit_code, 3) << one.library << "\n" << result.out << result.err;
    EXPECT_THAT(result.err, HasSubstr(one.message)) << one.library;
    EXPECT_FALSE(std::filesystem::exists(scratch / "r/report.json")) << one.library;
  }
}

TEST(Unloadable, HangingWhileLoadingToo) {
  const ScratchFolder scratch;
  const ToolResult result = check(hostile("hang-on-load"), scratch, {"--timeout", "0.02"});
  EXPECT_EQ(result.exit_code, 3) << result.out << result.err;
}

struct Misbehaving {
  std::string plugin;
  std::string verdict;
  std::string message;
  std::vector<std::string> more;
};

TEST(Misbehaving, IsNamedAndTheRunGoesOn) {
  const std::vector<Misbehaving> all{
      {"crash-in-apply", "crashed", "SIGSEGV", {}},
      {"crash-in-prepare", "crashed", "prepare", {}},
      {"exit-in-apply", "crashed", "status 0", {}},
      {"hang-in-apply", "timed-out", "apply", {"--timeout", "0.002"}},
      {"error-in-apply", "fail", "", {}},
      {"throws-in-apply", "fail", "exception", {}},
      {"writes-past-the-end", "fail", "memory", {}},
      {"writes-before-start", "fail", "memory", {}},
      {"changes-input", "fail", "memory", {}},
  };
  for (const Misbehaving& one : all) {
    const ScratchFolder scratch;
    const ToolResult result = check(hostile(one.plugin), scratch, one.more);
    EXPECT_EQ(result.exit_code, 1) << one.plugin << "\n" << result.out << result.err;
    const json report = read_report(scratch / "r");
    const auto unasked =
        std::count_if(all_checks.begin(), all_checks.end(), [](const auto& c) { return c.id != "match"; });
    EXPECT_EQ(report["checks"].size(), static_cast<std::size_t>(unasked)) << one.plugin;
    std::size_t seen = 0;
    for (const json& check : report["checks"]) {
      for (const json& run : check["cases"]) {
        if (check["id"] == "pass-through-dims") continue;  // not observable on this model
        if (check["id"] == "must-support") continue;       // asks query alone
        const bool no_flag = check["id"] == "negative-positions" && run["verdict"] == "unsupported";
        if (no_flag) continue;
        ++seen;
        EXPECT_EQ(run["verdict"], one.verdict) << one.plugin << " " << run["id"] << " " << run["message"];
        EXPECT_THAT(run["message"].get<std::string>(), ::testing::AnyOf(HasSubstr(one.message), HasSubstr("not asked")))
            << one.plugin;
      }
    }
    EXPECT_EQ(seen, 40U) << one.plugin << result.out;
  }
}

struct Ending {
  std::string plugin;
  std::string verdict;
  std::string message;
};

TEST(Misbehaving, WhatGoesWrongWhenEverythingIsClosedIsTheLastCases) {
  const std::vector<Ending> all{
      {"crash-in-close", "crashed", "it was ended by SIGABRT (Aborted) inside close"},
      {"throws-in-close", "fail", "close let a C++ exception escape"},
      {"crash-on-exit", "crashed", "it was ended by SIGABRT (Aborted) in a destructor"},
      {"hang-on-exit", "timed-out", "its process did not end within 0.6 s in a destructor"},
  };
  for (const Ending& one : all) {
    const ScratchFolder scratch;
    const ToolResult result = check(hostile(one.plugin), scratch, {"--check", "golden-table", "--timeout", "0.02"});
    EXPECT_EQ(result.exit_code, 1) << one.plugin << "\n" << result.out << result.err;
    const json report = read_report(scratch / "r");
    const json& last = report["checks"].back()["cases"].back();
    EXPECT_EQ(last["verdict"], one.verdict) << one.plugin;
    EXPECT_THAT(last["message"].get<std::string>(), HasSubstr(one.message));
    const ToolResult alone = run_tool({"reproduce", "golden-table/llama-3-8b/fp32/half-split", "--impl",
                                       hostile(one.plugin), "--fixtures", golden_folder(), "--timeout", "0.02"});
    EXPECT_EQ(alone.exit_code, 1) << alone.out << alone.err;
    EXPECT_THAT(alone.out, HasSubstr("when everything was closed: " + one.message));
  }
}

TEST(Misbehaving, UnsupportedIsNeverAPass) {
  const ScratchFolder scratch;
  const ToolResult result = check(hostile("unsupported-everything"), scratch);
  EXPECT_EQ(result.exit_code, 5) << result.out << result.err;
  const json report = read_report(scratch / "r");
  for (const json& check : report["checks"]) {
    const bool nothing_to_see = check["id"] == "pass-through-dims" || check["id"] == "must-support";
    EXPECT_EQ(check["verdict"], nothing_to_see ? "not-observable" : "unsupported") << check["id"];
  }
}

TEST(Misbehaving, FloodOfOutputIsCut) {
  const ScratchFolder scratch;
  const ToolResult result = check(hostile("prints-a-lot"), scratch);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_LE(read_report(scratch / "r")["run"].dump().size(), 200000U);
}

TEST(Misbehaving, FlushToZeroLeftOnIsReported) {
  const ScratchFolder scratch;
  const ToolResult result = check(hostile("leaves-ftz-on"), scratch);
  EXPECT_THAT(result.out, HasSubstr("flush-to-zero"));
}

}  // namespace
}  // namespace rope::conformance
