// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// bench cpu: its figures are complete, what is wrong is named, and what cannot be measured is no success. No time is
// asserted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/testing/bench_figures.hpp"
#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// The one shape that takes milliseconds.
class BenchCpu : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const ScratchFolder scratch;
    result_ = run_tool({"bench", "cpu", "--impl", bundled("fused"), "--impl", bundled("template"), "--impl",
                        faulty("sign-flip"), "--shape", "decode", "--rounds", "5", "--json", scratch / "figures.json"});
    figures_ = json::parse(read_text(scratch / "figures.json"), nullptr, false);
  }
  static inline ToolResult result_;
  static inline json figures_;
};

TEST_F(BenchCpu, JsonSaysOnWhatItWasMeasured) {
  EXPECT_EQ(figures_.at("schema_version"), "1.1");
  EXPECT_EQ(figures_.at("bench"), "cpu");
  EXPECT_EQ(figures_.at("rounds"), 5);
  EXPECT_EQ(figures_.at("plugins"), json::parse(R"(["fused", "template", "sign-flip"])"));
  const json& machine = figures_.at("machine");
  for (const char* key : {"cpu", "architecture", "compiler", "build_type"}) {
    EXPECT_NE(machine.at(key).get<std::string>(), "") << key;
  }
  EXPECT_TRUE(machine.contains("load"));
  EXPECT_TRUE(machine.at("cache_bytes").is_null() || machine.at("cache_bytes") > (1 << 16));
  EXPECT_TRUE(figures_.contains("figures_void_because"));
}

// All was measured, and one of the three is another function.
TEST_F(BenchCpu, AWrongImplementationIsNamedAndExitCode1) {
  EXPECT_EQ(result_.exit_code, 1) << result_.err;
  EXPECT_THAT(result_.err, HasSubstr("sign-flip: WRONG: decode, "));
  EXPECT_THAT(result_.err, HasSubstr("times what E(16, 2) allows there"));
  EXPECT_THAT(result_.err, Not(HasSubstr("fused")));
  EXPECT_THAT(result_.err, Not(HasSubstr("template")));
  EXPECT_THAT(result_.out, HasSubstr("  sign-flip, worst units    WRONG            WRONG            WRONG\n"));
}

TEST_F(BenchCpu, JsonHasEveryThreadCountDtypeAndMethodWithItsSpread) {
  const json& groups = figures_.at("groups");
  ASSERT_EQ(groups.size(), 2U * 3U);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const json& group = groups[g];
    EXPECT_EQ(group.at("shape"), "decode");
    EXPECT_EQ(group.at("threads"), g < 3 ? 1 : 2);
    EXPECT_EQ(group.at("dtype"), std::vector<std::string>({"fp32", "fp16", "bf16"})[g % 3]);
    EXPECT_EQ(group.at("bytes"), 64 * 40 * 128 * (g % 3 == 0 ? 4 : 2));
    const json& methods = group.at("methods");
    EXPECT_EQ(methods[0].at("kind"), "memcpy");
    EXPECT_EQ(methods[0].at("against_memcpy").at("of_medians"), 1.0);
    std::size_t of_plugins = 0;
    for (const json& method : methods) {
      of_plugins += method.at("kind") == "plugin" ? 1 : 0;
      if (!method.at("left_out").is_null()) continue;
      EXPECT_EQ(method.at("rounds"), 5);
      expect_ordered(method.at("seconds"), "median");
      expect_ordered(method.at("against_memcpy"), "of_medians");
      EXPECT_GT(method.at("gigabytes_per_second"), 0.0);
    }
    EXPECT_EQ(of_plugins, 3U * 2U * 2U);
  }
}

// What is timed is looked at: a right kernel is within a unit or so, one that turns the other way is not.
TEST_F(BenchCpu, JsonSaysHowRightEachPluginIs) {
  for (const json& group : figures_.at("groups")) {
    for (const json& method : group.at("methods")) {
      if (method.at("plugin") == "fused") {
        EXPECT_LE(method.at("worst_units"), 1.0625) << method;  // tier A
        EXPECT_GT(method.at("worst_units"), 0.7) << method;
        EXPECT_EQ(method.at("wrong"), false) << method;
      } else if (method.at("plugin") == "sign-flip") {
        EXPECT_GT(method.at("worst_units"), 100.0) << method;
        EXPECT_EQ(method.at("wrong"), true) << method;
      } else if (method.at("plugin") == "template") {
        EXPECT_EQ(method.at("left_out").is_null(), group.at("dtype") == "fp32") << method;
        // fp32 angles lose thousands of units at position 97,000; that is the usual pipeline and no other function.
        if (method.at("left_out").is_null()) {
          EXPECT_EQ(method.at("wrong"), false) << method;
        }
      }
    }
  }
}

TEST_F(BenchCpu, TextFitsATerminalAndSaysWhatWasLeftOut) {
  expect_lines_fit(result_.out, figures_);
  for (const char* words : {"  memcpy, ", "memcpy, GB/s", "fused, worst units", "half-split, in place", "interleaved",
                            "decode: q [64, 1, 32, 128], k with 8 heads; 1 thread", "; 2 threads",
                            "Left out: template, fp16: only fp32 tensors"}) {
    EXPECT_THAT(result_.out, HasSubstr(words));
  }
}

TEST_F(BenchCpu, MarkdownIsTables) {
  const ToolResult result =
      run_tool({"bench", "cpu", "--impl", bundled("fused"), "--shape", "decode", "--dtype", "bf16", "--dtype", "fp32",
                "--threads", "2", "--pairing", "interleaved", "--rounds", "3", "--markdown"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("|  | bf16 | fp32 |\n|---|---|---|\n| memcpy, "));
  EXPECT_THAT(result.out, HasSubstr("| fused, interleaved, in place | "));
  EXPECT_THAT(result.out, Not(HasSubstr("half-split")));
  EXPECT_THAT(result.out, Not(HasSubstr("1 thread\n")));
}

/// A short run on one library.
ToolResult short_run(const std::string& library, const ScratchFolder& scratch) {
  return run_tool({"bench", "cpu", "--impl", library, "--shape", "decode", "--dtype", "bf16", "--threads", "1",
                   "--rounds", "3", "--timeout", "0.05", "--json", scratch / "figures.json"});
}

// What cannot be loaded, or must not be called, is exit code 3 with its reason, and what was in the file stays.
TEST(BenchLoading, WhatCannotBeLoadedIsExitCode3) {
  const ScratchFolder scratch;
  write_text(scratch / "text.so", "no library");
  write_text(scratch / "figures.json", "before");
  const std::vector<std::pair<std::string, std::string>> all{
      {scratch / "text.so", "text.so: expected a shared library (ELF), found a text file (it begins \"no library\")"},
      {hostile("undefined-symbol"), "Next: rope-conform --impl " + hostile("undefined-symbol")},
      {hostile("no-symbol"), "no symbol rope_impl_entry"},
      {hostile("null-entry"), "does not serve ABI"},
      {hostile("wrong-abi-version"), "found ABI 77"},
      {hostile("absurd-struct-size"), "has 4 bytes"},
      {hostile("garbage-describe"), "does not say its name"},
      {hostile("hang-on-load"), "hang-on-load.so, loading: expected an end within 3 seconds"},
  };
  for (const auto& [library, reason] : all) {
    const ToolResult result = short_run(library, scratch);
    EXPECT_EQ(result.exit_code, 3) << library << result.out;
    EXPECT_THAT(result.err, HasSubstr(reason));
    EXPECT_EQ(read_text(scratch / "figures.json"), "before");
  }
}

// No figures are no success: a library that hangs, crashes, calls exit(0), or takes none of the calls.
TEST(BenchLoading, WhatCannotBeMeasuredIsExitCode4) {
  const ScratchFolder scratch;
  const std::vector<std::pair<std::string, std::string>> all{
      {"hang-in-apply", "hang-in-apply, apply: expected an end within 3 seconds"},
      {"crash-in-apply",
       "was ended by SIGSEGV in this step: crash-in-apply, apply; no figures are written. Next: "
       "rope-conform --impl " +
           hostile("crash-in-apply")},
      {"crash-in-close", "was ended by SIGABRT in this step: crash-in-close, close"},
      {"exit-in-apply", "a library called exit in this step: exit-in-apply, apply"},
      {"error-in-apply", "error-in-apply: nothing was measured"},
      {"unsupported-everything", "unsupported-everything: nothing was measured"},
  };
  for (const auto& [library, reason] : all) {
    const ToolResult result = short_run(hostile(library), scratch);
    EXPECT_EQ(result.exit_code, 4) << library << result.out;
    EXPECT_THAT(result.err, HasSubstr(reason));
    if (library == "hang-in-apply" || library == "exit-in-apply") {
      EXPECT_FALSE(fs::exists(scratch / "figures.json"));
    }
  }
}

}  // namespace
}  // namespace rope::conformance
