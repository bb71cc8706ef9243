// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform diff and explain on models: verdicts, causes and exit codes, as a user sees them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "conformance/testing/diff_of_models.hpp"
#include "conformance/testing/tool_process.hpp"
#include "fixtures/test_gguf.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

json llama31() {
  return json::parse(read_text(ROPE_SOURCE_FOLDER "/fixtures/models/llama-3.1-8b.json")).at("config");
}

json without(json config, const char* key) {
  config.erase(key);
  return config;
}

std::vector<std::string> fields(const json& differences) {
  std::vector<std::string> out;
  for (const json& one : differences) out.push_back(one.at("field"));
  return out;
}

TEST(Diff, LlamaWithoutItsScaling) {
  const ScratchFolder scratch;
  write_text(scratch / "with.json", llama31().dump());
  write_text(scratch / "without.json", without(llama31(), "rope_scaling").dump());
  const Diff found = diff(scratch, {"with.json", "without.json"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_THAT(found.result.out, HasSubstr("A and B: DIFFER in frequencies of pairs 29 to 63 of 64"));
  EXPECT_THAT(found.result.out, HasSubstr("B has no key rope_scaling"));
  EXPECT_THAT(found.result.out, HasSubstr("A without rope_scaling is B"));

  const json& one = found.report.at("comparisons").at(0);
  EXPECT_EQ(one.at("same"), false);
  EXPECT_THAT(fields(one.at("differences")), ElementsAre("frequencies"));
  EXPECT_EQ(one.at("causes").at(0).at("missing_from"), "B");
  EXPECT_EQ(one.at("causes").at(0).at("key"), "rope_scaling");
  const json& pairs = one.at("pairs");
  ASSERT_THAT(pairs, SizeIs(3));
  EXPECT_EQ(pairs[0].at("last"), 28);
  EXPECT_EQ(pairs[0].at("kind"), "equal");
  EXPECT_EQ(pairs[1].at("first"), 29);
  EXPECT_EQ(pairs[1].at("last"), 34);
  EXPECT_EQ(pairs[2].at("kind"), "scaled");
  EXPECT_EQ(pairs[2].at("least_ratio"), 8.0);
  EXPECT_DOUBLE_EQ(pairs[2].at("relative_difference").get<double>(), 7.0);
  // By hand: pair 35 turns 131071 · 500000^(-70/128) · (1 - 1/8) radians further.
  EXPECT_NEAR(pairs[2].at("phase").get<double>(), 131071 * std::pow(5e5, -70.0 / 128) * 7 / 8, 1e-9 * 88);
  EXPECT_EQ(one.at("phases").at(0).at("position"), 131071);
}

TEST(Diff, AnotherProgramsReadingOfTheSameFile) {
  const ScratchFolder scratch;
  json config = json::parse(read_text(ROPE_SOURCE_FOLDER "/fixtures/models/deepseek-v3.json")).at("config");
  config.at("rope_scaling").erase("mscale_all_dim");
  config.at("rope_scaling").at("mscale") = 0.5;
  write_text(scratch / "a.json", config.dump());
  const Diff found = diff(scratch, {"a.json", "a.json@vllm"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_THAT(found.result.out, HasSubstr("as vLLM reads"));
  EXPECT_THAT(found.result.out, HasSubstr("attention factor"));
  EXPECT_EQ(diff(scratch, {"a.json", "a.json@ggml"}).result.exit_code, 0) << "ggml has no other reading";
  // A file of that very name is that file.
  write_text(scratch / "b.json@vllm", config.dump());
  EXPECT_EQ(diff(scratch, {"a.json", "b.json@vllm"}).result.exit_code, 0);
  const ToolResult unknown = run_tool({"diff", "gpt-oss-20b", "gpt-oss-20b@nobody"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("@vllm, @ggml"));
}

// Nothing of it is in the rotation, and a file that lost the key is another model.
TEST(Diff, AFactorOnQThatWasLost) {
  const ScratchFolder scratch;
  json config = json::parse(read_text(ROPE_SOURCE_FOLDER "/fixtures/models/ministral-3-3b.json")).at("config");
  write_text(scratch / "a.json", config.dump());
  config.at("text_config").at("rope_parameters").erase("llama_4_scaling_beta");
  write_text(scratch / "b.json", config.dump());
  const Diff found = diff(scratch, {"a.json", "b.json"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_THAT(found.result.out, HasSubstr("1 + 0.1 ln(1 + floor(p/16384))"));
  EXPECT_THAT(found.result.out, HasSubstr("llama_4_scaling_beta"));
  const json& one = found.report.at("comparisons").at(0);
  EXPECT_THAT(fields(one.at("differences")), ElementsAre("query_factor"));
  EXPECT_EQ(diff(scratch, {"a.json", "ministral-3-3b"}).result.exit_code, 0);
  EXPECT_THAT(run_tool({"explain", "--model", "ministral-3-3b"}).out, HasSubstr("1.27726 at 262143"));
}

TEST(Explain, NamesWhoReadsAnotherRope) {
  const std::string text = run_tool({"explain", "--model", "gpt-oss-20b"}).out;
  EXPECT_THAT(text, HasSubstr("elsewhere"));
  EXPECT_THAT(text, HasSubstr("@ggml: yarn: truncate is not read"));
  EXPECT_THAT(text, HasSubstr("9 of 32 pairs have another inv_freq"));
  EXPECT_THAT(text, HasSubstr("rope-conform diff gpt-oss-20b"));
  EXPECT_THAT(run_tool({"explain", "--model", "gpt-oss-20b@ggml"}).out, Not(HasSubstr("elsewhere")));
  EXPECT_THAT(run_tool({"explain", "--model", "llama-3.1-8b"}).out, Not(HasSubstr("elsewhere")));
}

TEST(Diff, TheSameModelInEveryFormIsTheSame) {
  const ScratchFolder scratch;
  std::filesystem::create_directory(scratch / "folder");
  write_text(scratch / "folder/config.json", llama31().dump());
  fixtures::TestGguf gguf = fixtures::llama31_gguf();
  gguf.tensor("rope_freqs.weight", fixtures::llama31_factors());
  write_text(scratch / "llama.gguf", gguf.file());
  // transformers 5 writes rope_parameters.
  json parameters = llama31();
  parameters["rope_parameters"] = parameters["rope_scaling"];
  parameters["rope_parameters"]["rope_theta"] = parameters["rope_theta"];
  parameters.erase("rope_scaling");
  parameters.erase("rope_theta");
  write_text(scratch / "five.json", parameters.dump());
  const Diff found = diff(scratch, {"llama-3.1-8b", "folder", "folder/config.json", "five.json", "llama.gguf"});
  EXPECT_EQ(found.result.exit_code, 0) << found.result.out << found.result.err;
  EXPECT_EQ(found.report.at("same"), true);
  ASSERT_THAT(found.report.at("comparisons"), SizeIs(4));
  const json& last = found.report.at("comparisons").at(3);
  EXPECT_THAT(last.at("weights").get<std::string>(),
              HasSubstr("rows i and i + 64 of A become rows 2i and 2i + 1 of E, for i from 0 to 63: "
                        "w.view(H, 2, 64, dim).transpose(1, 2)"));
  EXPECT_THAT(last.at("notes").dump(), HasSubstr("binary32"));
  EXPECT_LT(last.at("largest").at("relative").get<double>(), 1e-6);
}

TEST(Diff, AGgufFileWithoutItsFactorsIsNamed) {
  const ScratchFolder scratch;
  write_text(scratch / "llama.gguf", fixtures::llama31_gguf().file());
  const Diff found = diff(scratch, {"llama-3.1-8b", "llama.gguf"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_THAT(found.result.out, HasSubstr("B has no key rope_freqs.weight"));
  EXPECT_EQ(found.report.at("comparisons").at(0).at("causes").at(0).at("key"), "rope_freqs.weight");
}

// Other scalings have keys there.
TEST(Diff, AGgufFileWithoutYarnIsNamed) {
  const ScratchFolder scratch;
  json yarn = llama31();
  yarn["rope_scaling"] = {{"rope_type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 32768}};
  write_text(scratch / "yarn.json", yarn.dump());
  write_text(scratch / "llama.gguf", fixtures::llama31_gguf().file());
  const Diff found = diff(scratch, {"yarn.json", "llama.gguf"});
  EXPECT_EQ(found.report.at("comparisons").at(0).at("causes").at(0).at("key"), "llama.rope.scaling.type");
}

TEST(Diff, AnotherBaseIsNamedByBothKeys) {
  const ScratchFolder scratch;
  json other = llama31();
  other["rope_theta"] = 10000;
  write_text(scratch / "a.json", llama31().dump());
  write_text(scratch / "b.json", other.dump());
  write_text(scratch / "c.json", without(llama31(), "rope_theta").dump());
  const Diff found = diff(scratch, {"a.json", "b.json", "c.json"});
  EXPECT_EQ(found.result.exit_code, 1);
  const json& b = found.report.at("comparisons").at(0);
  EXPECT_EQ(b.at("causes").at(0).at("text"), "A has rope_theta 500000.0; B has rope_theta 10000");
  EXPECT_EQ(b.at("causes").at(1).at("text"), "A with the base 10000 is B");
  const json& c = found.report.at("comparisons").at(1);
  EXPECT_EQ(c.at("causes").at(0).at("missing_from"), "C");
  EXPECT_EQ(c.at("causes").at(0).at("key"), "rope_theta");
}

TEST(Diff, FactorsAndAnotherBaseInAGgufFile) {
  const ScratchFolder scratch;
  fixtures::TestGguf gguf;
  gguf.string("general.architecture", "qwen3")
      .u32("qwen3.context_length", 40960)
      .u32("qwen3.attention.key_length", 128)
      .f32("qwen3.rope.freq_base", 10000);
  write_text(scratch / "qwen3.gguf", gguf.file());
  const Diff found = diff(scratch, {"qwen3-8b", "qwen3.gguf"});
  EXPECT_EQ(found.result.exit_code, 1);
  EXPECT_THAT(found.result.out, HasSubstr("A with the base 10000 is B"));
  EXPECT_THAT(found.report.at("comparisons").at(0).at("weights").get<std::string>(), IsEmpty());
}

TEST(Diff, ABaseThatBinary32RoundsAwayFromTheOtherIsNoDifference) {
  const ScratchFolder scratch;
  json odd = json::parse(read_text(ROPE_SOURCE_FOLDER "/fixtures/models/qwen3-8b.json")).at("config");
  odd["rope_theta"] = 1000000.01;
  write_text(scratch / "odd.json", odd.dump());
  fixtures::TestGguf gguf;
  gguf.string("general.architecture", "qwen3")
      .u32("qwen3.context_length", 40960)
      .u32("qwen3.attention.key_length", 128);
  fixtures::TestGguf near = gguf;
  gguf.f32("qwen3.rope.freq_base", 1000000);
  near.f32("qwen3.rope.freq_base", 1000001);
  write_text(scratch / "even.gguf", gguf.file());
  write_text(scratch / "near.gguf", near.file());
  EXPECT_EQ(diff(scratch, {"odd.json", "even.gguf"}).result.exit_code, 0);
  const Diff found = diff(scratch, {"odd.json", "near.gguf"});
  EXPECT_EQ(found.result.exit_code, 1) << "a base that binary32 does carry is another base";
  EXPECT_THAT(fields(found.report.at("comparisons").at(0).at("differences")), ElementsAre("theta"));
}

TEST(Diff, HeadsThatDiffer) {
  const ScratchFolder scratch;
  const Diff found = diff(scratch, {"phi-2", "pythia-1b"});
  EXPECT_EQ(found.result.exit_code, 1);
  EXPECT_THAT(fields(found.report.at("comparisons").at(0).at("differences")),
              ElementsAre("head_dim", "rotary_dim", "frequencies"));
  EXPECT_THAT(found.result.out, HasSubstr("B has rotary_pct 0.25"));
}

TEST(Diff, PairingIsADifferenceBetweenConfigurations) {
  const ScratchFolder scratch;
  write_text(scratch / "neox.json",
             R"({"model_type":"gpt_neox","hidden_size":4096,"num_attention_heads":16,"max_position_embeddings":2048})");
  const Diff found = diff(scratch, {"gpt-j-6b", "neox.json"});
  EXPECT_EQ(found.result.exit_code, 1);
  EXPECT_THAT(fields(found.report.at("comparisons").at(0).at("differences")), ElementsAre("pairing"));
  EXPECT_THAT(found.report.at("comparisons").at(0).at("weights").get<std::string>(),
              HasSubstr("rows 2i and 2i + 1 of A become rows i and i + 32 of B"));
  EXPECT_THAT(found.report.at("comparisons").at(0).at("weights").get<std::string>(), HasSubstr("the 64 rows"));
}

/// The scaling is not all that differs, so leaving it out does not make one into the other.
TEST(Diff, AScalingBesideAnotherPairingIsNoSingleStep) {
  const ScratchFolder scratch;
  write_text(scratch / "half.json", llama31().dump());
  write_text(scratch / "adjacent.json",
             R"({"model_type":"cohere","head_dim":128,"max_position_embeddings":131072,"rope_theta":500000})");
  const Diff found = diff(scratch, {"half.json", "adjacent.json"});
  EXPECT_EQ(found.result.exit_code, 1);
  EXPECT_THAT(fields(found.report.at("comparisons").at(0).at("differences")), ElementsAre("frequencies", "pairing"));
  EXPECT_THAT(found.result.out, Not(HasSubstr("is B")));
}

TEST(Diff, LimitsAloneAreNoDifference) {
  const ScratchFolder scratch;
  json shorter = llama31();
  shorter["max_position_embeddings"] = 8192;
  write_text(scratch / "a.json", llama31().dump());
  write_text(scratch / "b.json", shorter.dump());
  const Diff found = diff(scratch, {"a.json", "b.json"});
  EXPECT_EQ(found.result.exit_code, 0);
  EXPECT_THAT(found.report.at("comparisons").at(0).at("notes").dump(), HasSubstr("limits differ"));
}

/// The long list is what is compared pair by pair; the other one is used by shorter sequences.
TEST(Diff, FamiliesThatDependOnTheLengthAreComparedAtEveryOne) {
  const ScratchFolder scratch;
  json model = {{"model_type", "phi3"}, {"head_dim", 8}, {"max_position_embeddings", 16384}};
  model["original_max_position_embeddings"] = 4096;
  model["rope_scaling"] = {{"type", "longrope"}, {"short_factor", {1, 1, 1, 1}}, {"long_factor", {1, 2, 3, 4}}};
  write_text(scratch / "a.json", model.dump());
  EXPECT_EQ(diff(scratch, {"a.json", "a.json"}).result.exit_code, 0);
  model["rope_scaling"]["short_factor"][3] = 1.5;
  write_text(scratch / "b.json", model.dump());
  const Diff lists = diff(scratch, {"a.json", "b.json"});
  EXPECT_EQ(lists.result.exit_code, 1) << lists.result.out;
  EXPECT_THAT(lists.result.out, HasSubstr("frequencies of sequences of other lengths"));
  EXPECT_THAT(lists.result.out, HasSubstr("short_factor"));

  json dynamic = {{"model_type", "llama"}, {"head_dim", 64}, {"max_position_embeddings", 32768}};
  dynamic["rope_scaling"] = {{"type", "dynamic"}, {"factor", 2}};
  write_text(scratch / "a.json", dynamic.dump());
  dynamic["max_position_embeddings"] = 16384;
  write_text(scratch / "b.json", dynamic.dump());
  const Diff lengths = diff(scratch, {"a.json", "b.json"});
  EXPECT_EQ(lengths.result.exit_code, 1) << lengths.result.out;
  EXPECT_THAT(lengths.result.out, Not(HasSubstr("does not depend on")));
}

TEST(Diff, AModelIsNotReplacedByTheResult) {
  const ScratchFolder scratch;
  write_text(scratch / "a.json", llama31().dump());
  const ToolResult result = run_tool({"diff", "a.json", "llama-3.1-8b", "--json", "./a.json"}, scratch.path());
  EXPECT_EQ(result.exit_code, 2) << result.out;
  EXPECT_THAT(result.err, HasSubstr("is a model that is compared"));
  EXPECT_EQ(read_text(scratch / "a.json"), llama31().dump());
}

// ggml truncates YaRN's limits, gpt-oss does not: llama.cpp's frequencies are others.
TEST(Diff, GptOssInGgufIsTruncated) {
  const ScratchFolder scratch;
  write_text(scratch / "oss.json",
             R"({"model_type":"gpt_oss","head_dim":64,"max_position_embeddings":131072,"rope_theta":150000,)"
             R"("rope_scaling":{"rope_type":"yarn","factor":32.0,"beta_fast":32.0,"beta_slow":1.0,"truncate":false,)"
             R"("original_max_position_embeddings":4096}})");
  fixtures::TestGguf gguf;
  gguf.string("general.architecture", "gpt-oss")
      .u32("gpt-oss.context_length", 131072)
      .u32("gpt-oss.attention.key_length", 64)
      .f32("gpt-oss.rope.freq_base", 150000)
      .string("gpt-oss.rope.scaling.type", "yarn")
      .f32("gpt-oss.rope.scaling.factor", 32)
      .u32("gpt-oss.rope.scaling.original_context_length", 4096);
  write_text(scratch / "oss.gguf", gguf.file());
  const Diff found = diff(scratch, {"oss.json", "oss.gguf"});
  EXPECT_EQ(found.result.exit_code, 1);
  EXPECT_THAT(fields(found.report.at("comparisons").at(0).at("differences")), ElementsAre("frequencies"));
  for (const json& value : found.report.at("comparisons").at(0).at("values")) {
    EXPECT_EQ(value.at("differs"), value.at("key") == "family.truncate") << value;
  }
}

TEST(Diff, EveryLineFits80ColumnsWithoutColour) {
  const ScratchFolder scratch;
  write_text(scratch / "b.json", without(llama31(), "rope_scaling").dump());
  write_text(scratch / "llama.gguf", fixtures::llama31_gguf().file());
  std::string text = run_tool({"diff", "llama-3.1-8b", "b.json", "llama.gguf", "phi-2"}, scratch.path()).out;
  text += run_tool({"explain", "--model", "llama-3.1-8b", "--config", "llama.gguf"}, scratch.path()).out;
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Diff, TheSameComparisonGivesTheSameBytes) {
  const ScratchFolder scratch;
  diff(scratch, {"llama-3.1-8b", "llama-3-8b"});
  const std::string first = read_text(scratch / "diff.json");
  diff(scratch, {"llama-3.1-8b", "llama-3-8b"});
  EXPECT_EQ(read_text(scratch / "diff.json"), first);
}

TEST(Diff, WhatCannotBeReadIsExitCode2) {
  struct Bad {
    std::vector<std::string> arguments;
    std::string message;
  };
  const ScratchFolder scratch;
  std::filesystem::create_directory(scratch / "empty");
  write_text(scratch / "cut.gguf", fixtures::llama31_gguf().file().substr(0, 100));
  write_text(scratch / "no.gguf", "{}");
  write_text(scratch / "bad.json", "{");
  const std::vector<Bad> all{
      {{"diff"}, "found 0"},
      {{"diff", "llama-2-7b"}, "found 1"},
      {{"diff", "llama-2-7b", "gpt-5"}, "gpt-5: neither a file nor a model of the catalogue"},
      {{"diff", "llama-2-7b", "./gpt-5"}, "no such file"},
      {{"diff", "llama-2-7b", "empty"}, "is a folder without config.json"},
      {{"diff", "llama-2-7b", "cut.gguf"}, "cut.gguf: key \"llama.context_length\", its type: takes 4 bytes"},
      {{"diff", "llama-2-7b", "no.gguf"}, "expected a whole GGUF file"},
      {{"diff", "llama-2-7b", "bad.json"}, "bad.json"},
      {{"diff", "llama-2-7b", "llama-3-8b", "--json", "no/diff.json"}, "no/diff.json"},
      {{"diff", "llama-2-7b", "llama-3-8b", "--json", ""}, "--json"},
      {{"explain"}, "CHECK, --config FILE or --model NAME"},
      {{"explain", "norm", "--model", "llama-2-7b"}, "not both"},
      {{"explain", "--model", "gpt-5"}, "gpt-5"},
      {{"explain", "--config", "empty"}, "without config.json"},
      {{"explain", "spiral"}, "no such check"},
  };
  for (const Bad& bad : all) {
    const ToolResult result = run_tool(bad.arguments, scratch.path());
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(bad.arguments) << result.out;
    EXPECT_THAT(result.err, HasSubstr(bad.message)) << ::testing::PrintToString(bad.arguments);
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST(Explain, SaysWhereEachValueOfAConfigurationIsFrom) {
  const ToolResult result = run_tool({"explain", "--model", "llama-3.1-8b"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* said : {"llama3, factor 8", "from rope_theta 500000.0", "hidden_size 4096, num_attention_heads 32",
                           "half-split (NeoX): elements i and i + 64", "39 of 64 pairs complete a turn", "rope1-"}) {
    EXPECT_THAT(result.out, HasSubstr(said));
  }
  EXPECT_THAT(run_tool({"explain", "--model", "gpt-j-6b"}).out, HasSubstr("no rope_theta: 10000"));
}

TEST(Explain, AGgufFile) {
  const ScratchFolder scratch;
  fixtures::TestGguf gguf = fixtures::llama31_gguf();
  gguf.tensor("rope_freqs.weight", fixtures::llama31_factors());
  write_text(scratch / "llama.gguf", gguf.file());
  const ToolResult result = run_tool({"explain", "--config", "llama.gguf"}, scratch.path());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* said : {"from rope_freqs.weight", "64 factors from 1 to 8", "llama.rope.freq_base f32 500000",
                           "interleaved (GPT-J)", "before the converter moved"}) {
    EXPECT_THAT(result.out, HasSubstr(said));
  }
}

}  // namespace
}  // namespace rope::conformance
