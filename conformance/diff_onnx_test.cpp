// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform diff and explain on ONNX files: what tables of cos and sin can tell, and no more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "conformance/testing/diff_of_models.hpp"
#include "fixtures/test_gguf.hpp"
#include "fixtures/test_onnx.hpp"

namespace rope::conformance {
namespace {

using fixtures::TestOnnx;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<double> of_base(double base, int head_dim) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = head_dim;
  spec.theta = base;
  spec.max_position = 2;
  return fixtures::rounded_inv_freq(spec);
}

std::string model(const std::vector<double>& inv_freq, std::int64_t rows, DType dtype, float factor = 1,
                  const std::string& attributes = "") {
  return fixtures::onnx_with(fixtures::usual_tables(inv_freq, rows, dtype, factor), attributes).file();
}

std::vector<std::string> fields(const json& differences) {
  std::vector<std::string> out;
  for (const json& one : differences) out.push_back(one.at("field"));
  return out;
}

class DiffOnnx : public ::testing::TestWithParam<DType> {};

TEST_P(DiffOnnx, Llama31IsTheCatalogues) {
  const ScratchFolder scratch;
  write_text(scratch / "llama.onnx", model(fixtures::rounded_inv_freq(fixtures::llama31_spec()), 131072, GetParam()));
  const Diff found = diff(scratch, {"llama-3.1-8b", "llama.onnx"});
  EXPECT_EQ(found.result.exit_code, 0) << found.result.out << found.result.err;
  EXPECT_THAT(found.result.out, HasSubstr("A and B: SAME"));
  const json& one = found.report.at("comparisons").at(0);
  EXPECT_THAT(one.at("notes").dump(),
              HasSubstr("same within what the " + std::string(name(GetParam())) + " tables of B leave open"));
  for (const json& range : one.at("pairs")) {
    EXPECT_TRUE(range.at("kind") == "within" || range.at("kind") == "equal") << range;
  }
}

TEST_P(DiffOnnx, Llama31WithoutItsScalingDiffersFromPair29On) {
  const ScratchFolder scratch;
  write_text(scratch / "llama.onnx", model(of_base(500000, 128), 131072, GetParam()));
  const Diff found = diff(scratch, {"llama-3.1-8b", "llama.onnx"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.out << found.result.err;
  EXPECT_THAT(found.result.out, HasSubstr("A and B: DIFFER in frequencies of pairs 29 to 63 of 64"));
  const json& one = found.report.at("comparisons").at(0);
  EXPECT_THAT(fields(one.at("differences")), ElementsAre("frequencies"));
  EXPECT_THAT(one.at("causes").at(0).at("text").get<std::string>(), HasSubstr("B has cos_cache 131072 x 64"));
  EXPECT_EQ(one.at("causes").at(1).at("text"), "A without rope_scaling is B");
}

std::string dtype_name(const ::testing::TestParamInfo<DType>& info) {
  return std::string(name(info.param));
}

INSTANTIATE_TEST_SUITE_P(Tables, DiffOnnx, ::testing::Values(DType::f32, DType::f16, DType::bf16), dtype_name);

// What lies within the bound is no difference, what lies outside is one: pair 1 is off by 0.015 %, which 4 rows of bf16
// cannot show and 4 rows of fp32 can.
TEST(DiffOnnxBound, ADifferenceShowsWhereTheTableIsSharpEnough) {
  const ScratchFolder scratch;
  write_text(scratch / "config.json",
             R"({"model_type":"llama","head_dim":8,"max_position_embeddings":64,"rope_theta":10000})");
  std::vector<double> off = of_base(10000, 8);
  write_text(scratch / "right.onnx", model(off, 4, DType::bf16));
  off[1] *= 1.00015;
  write_text(scratch / "bf16.onnx", model(off, 4, DType::bf16));
  write_text(scratch / "fp32.onnx", model(off, 4, DType::f32));
  EXPECT_EQ(diff(scratch, {"config.json", "right.onnx", "bf16.onnx"}).result.exit_code, 0);
  const Diff found = diff(scratch, {"config.json", "fp32.onnx"});
  EXPECT_EQ(found.result.exit_code, 1);
  EXPECT_THAT(found.result.out, HasSubstr("DIFFER in frequencies of pair 1 of 4"));
  // Two tables against each other have the bounds of both.
  EXPECT_EQ(diff(scratch, {"right.onnx", "fp32.onnx"}).result.exit_code, 0);
}

TEST(DiffOnnxBound, AnotherBaseIsFoundInEveryType) {
  const ScratchFolder scratch;
  for (const DType dtype : {DType::f32, DType::f16, DType::bf16}) {
    write_text(scratch / "other.onnx", model(of_base(505000, 128), 4096, dtype));
    const Diff found = diff(scratch, {"llama-3-8b", "other.onnx"});
    EXPECT_EQ(found.result.exit_code, 1) << name(dtype);
    EXPECT_THAT(fields(found.report.at("comparisons").at(0).at("differences")), ElementsAre("frequencies"));
  }
}

TEST(DiffOnnxBound, FactorAndPairing) {
  const ScratchFolder scratch;
  const std::vector<double> inv_freq = of_base(500000, 128);
  write_text(scratch / "factor.onnx", model(inv_freq, 64, DType::bf16, 1.1386294F));
  Diff found = diff(scratch, {"llama-3-8b", "factor.onnx"});
  EXPECT_EQ(found.result.exit_code, 1);
  EXPECT_THAT(fields(found.report.at("comparisons").at(0).at("differences")), ElementsAre("attention_factor"));
  write_text(scratch / "adjacent.onnx",
             model(inv_freq, 64, DType::bf16, 1, TestOnnx::attribute("interleaved", std::int64_t{1})));
  found = diff(scratch, {"llama-3-8b", "adjacent.onnx"});
  EXPECT_EQ(found.result.exit_code, 1);
  EXPECT_THAT(fields(found.report.at("comparisons").at(0).at("differences")), ElementsAre("pairing"));
  EXPECT_THAT(found.result.out, HasSubstr("B has interleaved 1"));
}

TEST(DiffOnnxForms, AgainstAGgufFileWhoseRowsWereMoved) {
  const ScratchFolder scratch;
  fixtures::TestGguf gguf = fixtures::llama31_gguf();
  gguf.tensor("rope_freqs.weight", fixtures::llama31_factors());
  write_text(scratch / "llama.gguf", gguf.file());
  write_text(scratch / "llama.onnx", model(fixtures::rounded_inv_freq(fixtures::llama31_spec()), 4096, DType::f16));
  const Diff found = diff(scratch, {"llama.gguf", "llama.onnx"});
  EXPECT_EQ(found.result.exit_code, 0) << found.result.out << found.result.err;
  EXPECT_THAT(found.report.at("comparisons").at(0).at("notes").dump(), HasSubstr("A's converter moved the rows"));
}

// The graph has no names for its types of layers: frequencies say which is which, in any order.
TEST(DiffOnnxForms, TypesOfLayersAreFoundByTheirFrequencies) {
  const ScratchFolder scratch;
  write_text(scratch / "gemma.json",
             R"({"model_type":"gemma3_text","head_dim":256,"max_position_embeddings":32768,)"
             R"("rope_theta":1000000,"rope_local_base_freq":10000,"rope_scaling":null,"sliding_window":512})");
  const auto onnx = [](double first, double second) {
    TestOnnx out;
    out.add_tables(fixtures::usual_tables(of_base(first, 256), 512, DType::f16), ".0");
    out.add_tables(fixtures::usual_tables(of_base(second, 256), 512, DType::f16), ".1");
    return out.add_rotation("", ".0", "a").add_rotation("", ".1", "b").file();
  };
  write_text(scratch / "gemma.onnx", onnx(10000, 1000000));
  Diff found = diff(scratch, {"gemma.json", "gemma.onnx"});
  EXPECT_EQ(found.result.exit_code, 0) << found.result.out << found.result.err;
  ASSERT_THAT(found.report.at("comparisons"), SizeIs(2));
  EXPECT_EQ(found.report.at("comparisons").at(1).at("layer"), "sliding_attention");
  // One of them is another: it goes with the type that is left.
  write_text(scratch / "other.onnx", onnx(20000, 1000000));
  found = diff(scratch, {"gemma.json", "other.onnx"});
  EXPECT_EQ(found.result.exit_code, 1);
  EXPECT_THAT(found.result.out, HasSubstr("A and B (full_attention): SAME"));
  EXPECT_THAT(found.result.out, HasSubstr("A and B (sliding_attention): DIFFER in frequencies"));
  // And without a model that has names, tables name them.
  EXPECT_THAT(run_tool({"explain", "--config", "gemma.onnx"}, scratch.path()).out, HasSubstr("cos_cache.1"));
}

TEST(DiffOnnxForms, WhatIsSaidOfATable) {
  const ScratchFolder scratch;
  write_text(scratch / "llama.onnx", model(of_base(500000, 128), 4096, DType::f16));
  const ToolResult result = run_tool({"explain", "--config", "llama.onnx"}, scratch.path());
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* said : {"ONNX of IR version 10", "com.microsoft RotaryEmbedding", "sin_cache 4096 x 64 fp16",
                           "known to", "unknown: tables of cos and sin", "half-split (NeoX)", "rope1-"}) {
    EXPECT_THAT(result.out, HasSubstr(said));
  }
  const std::string text = result.out + run_tool({"diff", "llama-3.1-8b", "llama.onnx"}, scratch.path()).out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(DiffOnnxForms, TablesThatTheGraphComputesAreExitCode2) {
  const ScratchFolder scratch;
  TestOnnx onnx;
  onnx.add_node(TestOnnx::node("Cos", "", {"angles"}, {"cos_cache"})).add_rotation();
  write_text(scratch / "computed.onnx", onnx.file());
  const ToolResult result = run_tool({"diff", "llama-3.1-8b", "computed.onnx"}, scratch.path());
  EXPECT_EQ(result.exit_code, 2) << result.out;
  EXPECT_THAT(result.err, HasSubstr("is computed by the graph (by Cos)"));
  EXPECT_THAT(result.out, Not(HasSubstr("SAME")));
}

}  // namespace
}  // namespace rope::conformance
