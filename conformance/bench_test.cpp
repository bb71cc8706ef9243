// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The verb bench: its figures are complete, its errors are said, and what the measuring program does is passed on. No
// time is asserted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

#include "conformance/testing/bench_figures.hpp"
#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

class BenchReference : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const ScratchFolder scratch;
    result_ = run_tool({"bench", "reference", "--positions", "2048", "--rounds", "3", "--threads", "2", "--full",
                        "--json", scratch / "figures.json"});
    files_ = std::distance(fs::directory_iterator(scratch.path()), fs::directory_iterator());
    figures_ = json::parse(read_text(scratch / "figures.json"), nullptr, false);
  }
  static inline ToolResult result_;
  static inline json figures_;
  static inline std::ptrdiff_t files_ = 0;
};

TEST_F(BenchReference, WritesOneFileAndSaysNothingOnStderr) {
  EXPECT_EQ(result_.exit_code, 0) << result_.err;
  EXPECT_THAT(result_.err, IsEmpty());
  EXPECT_EQ(files_, 1) << "a temporary was left behind";
}

TEST_F(BenchReference, JsonSaysOnWhatItWasMeasured) {
  EXPECT_EQ(figures_.at("schema_version"), "1.0");
  EXPECT_EQ(figures_.at("bench"), "reference");
  EXPECT_EQ(figures_.at("threads"), 2);
  EXPECT_EQ(figures_.at("rounds"), 3);
  EXPECT_EQ(figures_.at("work"), json::parse(R"({"base": 500000, "head_dim": 128, "pairs": 64, "positions": 2048,
                                                 "bytes_per_pair": 8})"));
  const json& machine = figures_.at("machine");
  for (const char* key : {"cpu", "architecture", "compiler", "build_type"}) {
    EXPECT_NE(machine.at(key).get<std::string>(), "") << key;
  }
  EXPECT_GE(machine.at("cores"), 1);
  EXPECT_TRUE(machine.contains("load"));
  EXPECT_TRUE(figures_.contains("figures_void_because"));
}

TEST_F(BenchReference, JsonHasEveryMethodOrTheReasonWhyNot) {
  std::set<std::string> ids;
  std::map<std::string, std::set<std::string>> isas;
  for (const json& method : figures_.at("methods")) {
    ids.insert(method.at("id").get<std::string>());
    if (!method.at("isa").is_null()) isas[method.at("id")].insert(method.at("isa").get<std::string>());
  }
  for (const json& left : figures_.at("left_out")) {
    EXPECT_NE(left.at("reason"), "");
    EXPECT_THAT(ids, Not(Contains(left.at("id").get<std::string>())));
    ids.insert(left.at("id").get<std::string>());
  }
  EXPECT_THAT(ids,
              IsSupersetOf({"glibc-sincos", "arb-113", "libquadmath-sincosq", "mpfr-113", "mpfr-256",
                            "boost-mpfr-float-50", "boost-cpp-bin-float-50", "exact", "plain-store", "plain-read"}));
  const auto all_isas = figures_.at("machine").at("isas").get<std::set<std::string>>();
  EXPECT_THAT(all_isas, Contains("portable"));
  for (const char* id : {"table-end-to-end", "table-round-fp32", "table-round-bf16", "table-round-fp16",
                         "table-round-fp64", "table-double-double", "table-verify-fp32"}) {
    EXPECT_EQ(isas[id], all_isas) << id;
  }
}

TEST_F(BenchReference, JsonHasFiguresWithTheirSpreadForEachMethod) {
  for (const json& method : figures_.at("methods")) {
    expect_ordered(method.at("ns_per_pair"), "median");
    expect_ordered(method.at("against_table"), "of_medians");
    EXPECT_GE(method.at("rows_per_round"), 1);
    EXPECT_LE(method.at("rows_per_round"), 2048);
  }
  const json& first = figures_.at("methods").at(0);
  EXPECT_EQ(first.at("id"), "table-end-to-end");
  EXPECT_EQ(first.at("isa"), figures_.at("machine").at("isas").back());
  EXPECT_EQ(first.at("against_table").at("largest"), 1.0);
  EXPECT_EQ(first.at("levels").at("values"), 2 * 64 * 2048);
}

// Every fp32 result is held against the table, so a method that did other work would be seen.
TEST_F(BenchReference, JsonSaysHowManyValuesEachMethodHasWrong) {
  for (const json& method : figures_.at("methods")) {
    const std::string id = method.at("id");
    const std::uint64_t compared = method.at("values_compared");
    const std::uint64_t different = method.at("values_different");
    const bool fp32 = method.at("kind") == "baseline" || id == "table-end-to-end" || id == "table-round-fp32";
    EXPECT_EQ(compared, fp32 ? 3 * 2 * 64 * method.at("rows_per_round").get<std::uint64_t>() : 0) << id;
    if (id == "glibc-sincos") {
      EXPECT_LT(different, compared / 1000) << "binary64 has 29 bits more than fp32";
    } else {
      EXPECT_EQ(different, 0U) << id;
    }
    EXPECT_EQ(method.at("certified").is_null(), method.at("kind") == "memory") << id;
  }
}

TEST_F(BenchReference, JsonHasTheLargerFigures) {
  const json& full = figures_.at("full");
  EXPECT_EQ(full.at("threads"), 2);
  EXPECT_EQ(full.at("verify").at("positions"), 8 * 2048);
  for (const char* key : {"make_seconds", "verify_seconds", "read_seconds"}) {
    expect_ordered(full.at("verify").at(key), "median");
  }
  expect_ordered(full.at("verify").at("verify_against_read"), "of_medians");
  EXPECT_EQ(full.at("certify").at("positions"), 128 * 2048);
  EXPECT_EQ(full.at("certify").at("levels").at("values"), 2 * 64 * 128 * 2048);
  EXPECT_TRUE(full.at("certify").at("levels").contains("level2"));
  EXPECT_TRUE(full.at("certify").at("levels").contains("level3"));
}

TEST_F(BenchReference, TextFitsATerminalAndNamesEachMethod) {
  expect_lines_fit(result_.out, figures_);
  for (const char* words : {"glibc sincos", "MPFR, 113 bits", "MPFR, 256 bits", "mpfr_float_50", "cpp_bin_float_50",
                            "plain store", "plain read", "certified, nothing stored", "level 3"}) {
    EXPECT_THAT(result_.out, HasSubstr(words));
  }
}

TEST(Bench, BadOptionsAreExitCode2AndSaySo) {
  const ScratchFolder scratch;
  const std::vector<std::pair<std::vector<std::string>, std::string>> all{
      {{"bench"}, "bench reference, bench cpu, bench gpu"},
      {{"bench", "cpu-of-mine"}, "cpu-of-mine"},
      {{"bench", "reference", "--positions", "255"}, "--positions"},
      {{"bench", "reference", "--positions", "131073"}, "--positions"},
      {{"bench", "reference", "--rounds", "2"}, "--rounds"},
      {{"bench", "reference", "--threads", "0"}, "--threads"},
      {{"bench", "reference", "--rounds", "many"}, "--rounds"},
      {{"bench", "reference", "--fast"}, "--fast"},
      {{"bench", "reference", "--json", "no-such-folder/f.json"}, "no-such-folder"},
      {{"bench", "reference", "--json", "."}, "folder"},
      {{"bench", "reference", "--impl", "x.so"}, "--impl"},
      {{"bench", "--json", "f.json"}, "--json"},
      {{"bench", "cpu"}, "at least one --impl FILE"},
      {{"bench", "cpu", "--impl", "no-such.so"}, "no-such.so"},
      {{"bench", "cpu", "--impl", bundled("fused"), "--shape", "small"}, "small"},
      {{"bench", "cpu", "--impl", bundled("fused"), "--dtype", "fp8"}, "fp8"},
      {{"bench", "cpu", "--impl", bundled("fused"), "--pairing", "neox"}, "neox"},
      {{"bench", "cpu", "--impl", bundled("fused"), "--threads", "0"}, "--threads"},
      {{"bench", "cpu", "--impl", bundled("fused"), "--rounds", "2"}, "--rounds"},
      {{"bench", "cpu", "--impl", bundled("fused"), "--positions", "256"}, "--positions"},
      {{"bench", "cpu", "--impl", bundled("fused"), "--timeout", "0"}, "--timeout"},
      {{"bench", "cpu", "--impl", bundled("fused"), "--json", "no-such-folder/f.json"}, "no-such-folder"},
      {{"bench", "gpu"}, "at least one --impl FILE"},
      {{"bench", "gpu", "--impl", bundled("fused"), "--shape", "large"}, "large"},
      {{"bench", "gpu", "--impl", bundled("fused"), "--threads", "1"}, "--threads"},
  };
  for (const auto& [arguments, message] : all) {
    const ToolResult result = run_tool(arguments, scratch.path());
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(arguments) << result.err;
    EXPECT_THAT(result.err, HasSubstr(message)) << ::testing::PrintToString(arguments);
    EXPECT_THAT(result.out, IsEmpty()) << "refused before anything is measured";
  }
  EXPECT_TRUE(fs::is_empty(scratch.path())) << "nothing may be left behind";
}

/// A copy of the tool, so that the program beside it is one of ours.
class BesideTheTool : public ::testing::Test {
 protected:
  BesideTheTool() { fs::copy_file(ROPE_CONFORM_TOOL, scratch_ / "rope-conform"); }

  void put(const std::string& script) {
    const std::string path = scratch_ / "rope-conform-bench-reference";
    write_text(path, "#!/bin/sh\n" + script + "\n");
    fs::permissions(path, fs::perms::owner_all);
  }

  int bench() {
    const std::string folder = scratch_.path().string();
    const int status = std::system(("cd '" + folder +
                                    "' && ./rope-conform bench reference --rounds 7 --threads 3 "
                                    "--json f.json >out 2>err </dev/null")
                                       .c_str());
    return WEXITSTATUS(status);
  }
  std::string out() { return read_text(scratch_ / "out"); }
  std::string err() { return read_text(scratch_ / "err"); }
  bool wrote() { return fs::exists(scratch_ / "f.json"); }

  ScratchFolder scratch_;
};

TEST_F(BesideTheTool, NoProgramIsExitCode4AndSaysWhatToBuild) {
  EXPECT_EQ(bench(), 4);
  EXPECT_THAT(err(), HasSubstr("build the target rope-conform-bench-reference"));
  EXPECT_FALSE(wrote());
}

TEST_F(BesideTheTool, OptionsGoInAndJsonComesOut) {
  put("echo \"$@\"; echo '{\"a\": 1}' >&3");
  EXPECT_EQ(bench(), 0) << err();
  EXPECT_EQ(out(), "131072 7 3 0 3\n");
  EXPECT_EQ(read_text(scratch_ / "f.json"), "{\"a\": 1}\n");
}

TEST_F(BesideTheTool, AFailureIsExitCode4AndLeavesNoFile) {
  put("echo half >&3; echo 'no memory' >&2; exit 4");
  EXPECT_EQ(bench(), 4);
  EXPECT_EQ(err(), "no memory\n");
  EXPECT_FALSE(wrote());
}

TEST_F(BesideTheTool, ASignalIsNamed) {
  put("echo half >&3; kill -9 $$");
  EXPECT_EQ(bench(), 4);
  EXPECT_THAT(err(), HasSubstr("SIGKILL"));
  EXPECT_FALSE(wrote());
}

TEST_F(BesideTheTool, ItsInterruptIsOurs) {
  put("kill -INT $$");
  EXPECT_EQ(bench(), 130);
  EXPECT_FALSE(wrote());
}

TEST_F(BesideTheTool, WithoutTheProgramForGpusItSaysWhereThatIsBuilt) {
  const std::string folder = scratch_.path().string();
  const int status = std::system(
      ("cd '" + folder + "' && ./rope-conform bench gpu --impl '" + bundled("fused") + "' >out 2>err </dev/null")
          .c_str());
  EXPECT_EQ(WEXITSTATUS(status), 4);
  EXPECT_THAT(err(), HasSubstr("build the target rope-conform-bench-gpu"));
  EXPECT_THAT(err(), HasSubstr("It is built where nvcc is"));
}

// Also where there is a GPU: it is hidden.
TEST(BenchGpu, WithoutAGpuIsExitCode4AndSaysSo) {
  if (!fs::exists(fs::path(ROPE_CONFORM_TOOL).parent_path() / "rope-conform-bench-gpu")) GTEST_SKIP() << "no nvcc";
  const ScratchFolder scratch;
  setenv("CUDA_VISIBLE_DEVICES", "", 1);
  const ToolResult result = run_tool({"bench", "gpu", "--impl", bundled("fused"), "--json", scratch / "f.json"});
  unsetenv("CUDA_VISIBLE_DEVICES");
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("expected a GPU that CUDA can use, found: no CUDA device"));
  EXPECT_FALSE(fs::exists(scratch / "f.json"));
}

}  // namespace
}  // namespace rope::conformance
