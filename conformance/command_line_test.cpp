// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Options, configurations and fixture files that cannot be used, and the verbs around them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "conformance/testing/tool_process.hpp"
#include "fixtures/file.hpp"

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Words, ThatAreNoVerbOrOptionAreToldWhichThereAre) {
  const struct {
    std::vector<std::string> words;
    const char* message;
  } cases[] = {
      {{"frobnicate"}, "frobnicate: no such verb; expected an option or one of reproduce, generate"},
      {{"bench", "npu"},
       "npu: no such verb; expected an option or one of reference, cpu, gpu; see: rope-conform bench"},
      {{"diff", "--foo", "a", "b"}, "--foo: no such option; expected an option; see: rope-conform diff --help"},
      {{"bench", "cpu", "x"}, "x: no such word; expected an option; see: rope-conform bench cpu --help"}};
  for (const auto& one : cases) {
    const ToolResult result = run_tool(one.words);
    EXPECT_EQ(result.exit_code, 2) << one.message;
    EXPECT_THAT(result.err, ::testing::HasSubstr(one.message));
  }
}

TEST(Options, BadOnesAreExitCode2AndSaySo) {
  struct Bad {
    std::vector<std::string> arguments;
    std::string message;
  };
  const std::vector<Bad> all{
      {{}, "--impl FILE is missing"},
      {{"--implementation", "x.so"}, "--implementation"},
      {{"--impl"}, "--impl"},
      {{"--impl", "x.so", "--profile", "huge"}, "huge"},
      {{"--impl", "x.so", "--dtype", "fp8"}, "fp8"},
      {{"--impl", "x.so", "--rules", "1999.1"}, "1999.1"},
      {{"--impl", "x.so", "--timeout", "0"}, "--timeout"},
      {{"--impl", "x.so", "--seed", "-1"}, "--seed"},
      {{"--impl", "x.so", "--model", "gpt-5"}, "gpt-5"},
      {{"--impl", "x.so", "--check", "nothing*", "--fixtures", golden_folder()}, "nothing is selected"},
      {{"--impl", bundled("usual"), "--fixtures", "no-such-folder"}, "no-such-folder"},
      {{"--impl", "x.so", "--config", "no-such-config.json"}, "no-such-config.json"},
      {{"--impl", "x.so", "--model", "llama-3-8b", "--model", "llama-3-8b"}, "llama-3-8b"},
      {{"--impl", "x.so", "--match", "hf-eager-bf15"}, "expected hf-eager-f32, hf-eager-f16, hf-eager-bf16"},
      {{"--impl", "x.so", "--match", "."}, "found a folder"},
      {{"--impl", "x.so", "--match", ""}, "--match: expected a name or a file"},
      {{"--impl", "x.so", "--check", "match"}, "add --match NAME|FILE"},
      {{"--impl", "x.so", "--model", "a\x1b[2J"}, "a\xEF\xBF\xBD[2J"},
      {{"a\x1b[2J"}, "a\xEF\xBF\xBD[2J"},
      {{"reproduce", "match/llama-2-7b/fp32/both", "--impl", bundled("usual"), "--match", "hf-eager-bf16"},
       "has no contract for fp32"},
      {{"--impl", "x.so", "--match", bundled("usual")}, "expected a text file"},
      {{"--impl", "x.so", "--match", "hf-eager-bf16", "--dtype", "fp32"}, "is for bf16"},
      {{"--impl", "x.so", "--match", "hf-eager-bf16", "--rules", "2026.2"}, "2026.3 or later"},
      {{"--impl", "x.so", "--match", "hf-eager-bf16", "--check", "golden-*"}, "leaves it out"},
      {{"frobnicate"}, "frobnicate"},
      {{"verify"}, "files"},
      {{"generate", "--positions", "0"}, "--positions"},
      {{"search", "--count", "0"}, "--count"},
      {{"search", "--extent", "0"}, "--extent"},
      {{"search", "--dtype", "fp64"}, "fp64"},
      {{"search", "--model", "gpt-5"}, "gpt-5"},
      {{"search", "--config", "no-such-config.json"}, "no-such-config.json"},
      {{"search", "--model", "phi-2", "--out", "no-such-folder/hard.txt"}, "no-such-folder/hard.txt"},
      // 2^40 positions take hours: refused before.
      {{"search", "--extent", "1099511627776", "--out", "no-such-folder/hard.txt"}, "no-such-folder is no folder"},
      {{"search", "--extent", "1099511627776", "--out", "."}, "found a folder"},
  };
  const ScratchFolder scratch;
  for (const Bad& bad : all) {
    const ToolResult result = run_tool(bad.arguments, scratch.path());
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(bad.arguments) << result.out << result.err;
    EXPECT_THAT(result.err, HasSubstr(bad.message)) << ::testing::PrintToString(bad.arguments);
    EXPECT_THAT(result.err, Not(HasSubstr("terminate"))) << result.err;
  }
  EXPECT_TRUE(fs::is_empty(scratch.path())) << "nothing may be left behind";
}

TEST(Match, FilesThatCannotBeUsedAreExitCode2WithTheirLine) {
  const ScratchFolder scratch;
  const std::vector<std::pair<std::string, std::string>> all{
      {"bf16: trig=f31:glibc\n", "line 1"},
      {"# one\nbf16 trig=f32:glibc\n", "line 2: expected"},
      {"# nothing\n", "found none"},
      {"fp32: freq=f32:cr trig=f32:cr rotate=f32:any\n", "leaves open which products are fused"},
      {"fp32: trig=f32~2ulp\n", "leaves open"},
      {"fp32: freq=f32:cr trig=f32:cr~0ulp\n", "with no error term"},
      {"fp32: freq=f32:rpow(glibc)~2ulp trig=f32:cr\n", "error term (~"},
      {"fp32: trig=\x1b[2Jf32\n", "\xEF\xBF\xBD[2J"},
  };
  for (const auto& [text, message] : all) {
    write_text(scratch / "my.match", text);
    const ToolResult result = run_tool({"--impl", bundled("usual"), "--match", scratch / "my.match", "--model",
                                        "llama-2-7b", "--out", scratch / "out"});
    EXPECT_EQ(result.exit_code, 2) << text << result.err;
    EXPECT_THAT(result.err, HasSubstr(message)) << text;
    EXPECT_THAT(result.err, Not(HasSubstr("\x1b"))) << "a terminal obeys it";
    EXPECT_FALSE(fs::exists(scratch / "out")) << "nothing half-made may remain";
  }
}

TEST(Match, PositionsPastFp16AreHeldAgainstEveryVariant) {
  const ScratchFolder scratch;
  for (const char* angle : {"", " angle=f32x2:mul"}) {
    write_text(scratch / "my.match", std::string("fp32: pos=f16 freq=f32:cr trig=f32:cr") + angle + "\n");
    const ToolResult result =
        run_tool({"--impl", bundled("usual"), "--match", scratch / "my.match", "--check", "match", "--dtype", "fp32",
                  "--fixtures", golden_folder(), "--model", "llama-3.1-8b", "--out", scratch / "out"});
    EXPECT_EQ(result.exit_code, 1) << angle << result.err;
    EXPECT_THAT(read_report(scratch / "out").at("bits").dump(), HasSubstr("pos=int")) << angle;
  }
}

TEST(Explain, TheCheckThatNeedsAPipelineSaysSo) {
  EXPECT_THAT(run_tool({"explain", "match"}).out, HasSubstr("--check match --match NAME"));
  EXPECT_THAT(run_tool({"explain", "long-context"}).out, HasSubstr("--profile exhaustive"));
  EXPECT_THAT(run_tool({"explain", "norm"}).out, HasSubstr("--check norm\n"));
}

TEST(List, SourcesOfModelsAreInOneColumn) {
  std::istringstream lines(run_tool({"list", "models"}).out);
  std::set<std::size_t> columns;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("  from ") != std::string::npos) columns.insert(line.find("from "));
    const std::size_t text = line.find(": head_dim");
    if (text != std::string::npos) columns.insert(line.find_first_not_of(' ', line.find(' ', 2)));
  }
  EXPECT_EQ(columns.size(), 1U);
}

TEST(Options, HelpAndVersionAndListAreExitCode0) {
  for (const char* verb : {"--help", "--version", "list"}) {
    const ToolResult result = run_tool({verb});
    EXPECT_EQ(result.exit_code, 0) << verb;
    EXPECT_THAT(result.out, Not(IsEmpty())) << verb;
    EXPECT_THAT(result.err, IsEmpty()) << verb;
  }
  EXPECT_THAT(run_tool({"--help"}).out, HasSubstr("Examples"));
  EXPECT_THAT(run_tool({"list", "models"}).out, HasSubstr("llama-3.1-8b"));
}

TEST(Config, BadOnesAreExitCode2AndNameTheKey) {
  const ScratchFolder scratch;
  const std::vector<std::pair<std::string, std::string>> all{
      {R"({"model_type": "llama", "head_dim": 127, "max_position_embeddings": 4096})", "head_dim"},
      {R"({"model_type": "llama", "head_dim": 128, "max_position_embeddings": 4096, "rope_theta": -1.0})",
       "rope_theta"},
      {R"({"model_type": "llama", "head_dim": 128, "max_position_embeddings": 4096,
           "rope_scaling": {"rope_type": "spiral"}})",
       "spiral"},
      {R"({"model_type": "llama", "head_dim": 128, "head_dim": 64, "max_position_embeddings": 4096})", "head_dim"},
      {"{", "json"},
  };
  for (const auto& [text, message] : all) {
    write_text(scratch / "bad.json", text);
    const ToolResult result =
        run_tool({"--impl", bundled("usual"), "--config", scratch / "bad.json", "--out", scratch / "out"});
    EXPECT_EQ(result.exit_code, 2) << text << result.err;
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_THAT(result.err, HasSubstr("bad.json"));
    EXPECT_FALSE(fs::exists(scratch / "out")) << "nothing half-made may remain";
  }
}

TEST(Config, AUsersOwnModelIsChecked) {
  const ScratchFolder scratch;
  fs::create_directory(scratch / "My-Model");
  write_text(scratch / "My-Model/config.json",
             R"({"model_type": "llama", "hidden_size": 512, "num_attention_heads": 8, "max_position_embeddings": 512,
                 "rope_theta": 10000.0})");
  const ToolResult result = run_tool({"--impl", bundled("usual"), "--config", scratch / "My-Model/config.json",
                                      "--profile", "smoke", "--out", scratch / "out"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("my-model"));
}

TEST(Generate, GivesTheSameBytesEveryTime) {
  const ScratchFolder scratch;
  for (const char* folder : {"a", "b"}) {
    const ToolResult result = run_tool({"generate", "--model", "llama-3.1-8b", "--positions", "20", "--out",
                                        scratch / folder, "--jobs", folder[0] == 'a' ? "1" : "2"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  EXPECT_EQ(read_text(scratch / "a/llama-3.1-8b.h5"), read_text(scratch / "b/llama-3.1-8b.h5"));
  const ToolResult again =
      run_tool({"generate", "--model", "llama-3.1-8b", "--positions", "20", "--out", scratch / "a"});
  EXPECT_EQ(again.exit_code, 2) << "an existing file is not replaced without --force";
  EXPECT_THAT(again.err, HasSubstr("--force"));
}

TEST(Search, PrintsTheListThatIsKept) {
  const std::string kept = read_text(fs::path(golden_folder()).parent_path() / "hard_cases/phi-2.txt");
  const ToolResult printed = run_tool({"search", "--model", "phi-2"});
  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_THAT(printed.err, IsEmpty());
  // Every line but the one with the version of the tool that made it.
  const auto values = [](const std::string& text) { return text.substr(text.find("# model dtype")); };
  EXPECT_EQ(values(printed.out), values(kept));
  EXPECT_THAT(printed.out, HasSubstr("# model: phi-2\n# spec: {"));
}

TEST(Search, WritesAFileOfSeveralModelsWhole) {
  const ScratchFolder scratch;
  const fs::path out = scratch.path() / "hard.txt";
  const std::vector<std::string> asked{"search",  "--model", "phi-2",    "--model", "pythia-1b", "--dtype", "bf16",
                                       "--count", "2",       "--extent", "1000",    "--jobs",    "2"};
  std::vector<std::string> to_file = asked;
  to_file.insert(to_file.end(), {"--out", out.string()});
  const ToolResult result = run_tool(to_file);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  const std::string text = read_text(out);
  EXPECT_EQ(text, run_tool(asked).out);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2 * (6 + 2));
  EXPECT_THAT(text, HasSubstr("\npythia-1b bf16 "));
  EXPECT_THAT(text, HasSubstr("from 0 to 999,"));
  EXPECT_EQ(std::distance(fs::directory_iterator(scratch.path()), {}), 1) << "no temporary is left";
}

TEST(Search, NeverTakesThePlaceOfAPipe) {
  const ScratchFolder scratch;
  const std::string pipe = scratch / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  fs::create_symlink("pipe", scratch / "link");
  for (const char* name : {"pipe", "link"}) {
    const ToolResult result = run_tool({"search", "--extent", "1099511627776", "--out", scratch / name});
    EXPECT_EQ(result.exit_code, 2) << name;
    EXPECT_THAT(result.err, HasSubstr("found a pipe"));
  }
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_TRUE(fs::is_symlink(scratch / "link"));
}

TEST(Run, ReportsOfAnEarlierRunThatAreNoFilesStay) {
  const ScratchFolder scratch;
  const std::string pipe = scratch / "report.json";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const ToolResult result = run_tool({"--impl", bundled("usual"), "--model", "llama-2-7b", "--out", scratch.path()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("found a pipe"));
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_FALSE(fs::exists(scratch / "fixtures"));
}

TEST(Verify, AcceptsFixturesAndFindsOneAlteredNumber) {
  const ScratchFolder scratch;
  const std::string good = golden_folder() + "/llama-3-8b.h5";
  EXPECT_EQ(run_tool({"verify", good}).exit_code, 0);
  fixtures::Fixture fixture = fixtures::read(good);
  fixture.cos_bits[2].at(40) ^= 1U;
  fixtures::write(fixture, scratch / "altered.h5");
  const ToolResult result = run_tool({"verify", scratch / "altered.h5"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("/table/cos_bf16"));
}

TEST(Verify, UnreadableFilesAreExitCode2EachWithItsMessage) {
  const ScratchFolder scratch;
  const std::string good = read_text(golden_folder() + "/llama-3-8b.h5");
  write_text(scratch / "truncated.h5", good.substr(0, good.size() / 2));
  write_text(scratch / "text.h5", "positions, cos, sin\n");
  std::vector<std::string> messages;
  for (const std::string name : {"absent.h5", "truncated.h5", "text.h5"}) {
    const ToolResult result = run_tool({"verify", scratch / name});
    EXPECT_EQ(result.exit_code, 2) << name;
    EXPECT_THAT(result.err, HasSubstr(name));
    EXPECT_THAT(result.err, Not(HasSubstr("HDF5-DIAG"))) << "the library's own trace is not for users";
    for (const std::string& other : messages) EXPECT_NE(result.err, other);
    messages.push_back(result.err);
  }
}

}  // namespace
}  // namespace rope::conformance
