// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform diff and explain on GGUF files of models with several axes or latent attention.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "conformance/testing/diff_of_models.hpp"
#include "conformance/testing/tool_process.hpp"
#include "fixtures/test_gguf.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Without line breaks, and with one space between words.
std::string joined(const std::string& text) {
  std::istringstream words(text);
  std::string out;
  for (std::string word; words >> word;) out += (out.empty() ? "" : " ") + word;
  return out;
}

constexpr const char* qwen3_vl_config =
    R"({"model_type":"qwen3_vl","text_config":{"head_dim":128,"hidden_size":4096,"num_attention_heads":32,)"
    R"("max_position_embeddings":262144,"rope_theta":5000000,)"
    R"("rope_scaling":{"rope_type":"default","mrope_interleaved":true,"mrope_section":[24,20,20]}}})";

TEST(DiffGgufFamilies, PairsThatInterleavedSectionsLeaveOver) {
  const ScratchFolder scratch;
  write_text(scratch / "config.json", qwen3_vl_config);
  write_text(scratch / "model.gguf",
             fixtures::qwen3vl_gguf().i32s("qwen3vl.rope.dimension_sections", {24, 20, 20, 0}).file());
  const Diff found = diff(scratch, {"config.json", "model.gguf"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  const json& one = found.report.at("comparisons").at(0);
  EXPECT_EQ(one.at("differences").at(0).at("text"), "frequencies of pairs 61 to 62 of 64");
  EXPECT_THAT(one.at("causes").at(0).at("text").get<std::string>(),
              HasSubstr("which leave pairs 61, 62 to no axis: llama.cpp does not turn them"));
  EXPECT_EQ(diff(scratch, {"config.json@ggml", "model.gguf"}).result.exit_code, 0);
  const std::string text = joined(run_tool({"explain", "--config", scratch / "config.json"}).out);
  EXPECT_THAT(text, HasSubstr("@ggml: interleaved axes: pairs 61, 62 are left over and do not turn; the same "
                              "frequencies elsewhere"));
}

TEST(DiffGgufFamilies, RowsThatWereMovedToHalfSplit) {
  const ScratchFolder scratch;
  write_text(scratch / "glm4v.gguf", fixtures::glm4_gguf().i32s("glm4.rope.dimension_sections", {8, 12, 12, 0}).file());
  const Diff found = diff(scratch, {"glm-4-9b-0414", "glm4v.gguf"});
  const json& one = found.report.at("comparisons").at(0);
  ASSERT_EQ(one.at("differences").size(), 1U) << found.result.out;
  EXPECT_EQ(one.at("differences").at(0).at("field"), "position_axes");
  EXPECT_THAT(one.at("weights").get<std::string>(),
              HasSubstr("rows 2i and 2i + 1 of A become rows i and i + 32 of B, for i from 0 to 31"));
  EXPECT_THAT(joined(found.result.out), HasSubstr("B's converter moved the rows of q_proj and k_proj to match"));
  const std::string text = joined(run_tool({"explain", "--config", scratch / "glm4v.gguf"}).out);
  EXPECT_THAT(text, AllOf(HasSubstr("time in pairs 0 to 7, height in 8 to 19, width in 20 to 31"),
                          HasSubstr("before the converter moved the rows of q_proj and k_proj (interleaved pairing)")));
}

TEST(DiffGgufFamilies, DeepseeksPartOfAHeadIsTheConfigurations) {
  const ScratchFolder scratch;
  write_text(scratch / "model.gguf",
             fixtures::deepseek2_yarn_gguf().f32("deepseek2.rope.scaling.yarn_log_multiplier", 0.1F).file());
  const Diff found = diff(scratch, {"deepseek-v3", "model.gguf"});
  EXPECT_EQ(found.result.exit_code, 0) << found.result.out;
  const json& one = found.report.at("comparisons").at(0);
  EXPECT_EQ(one.at("fingerprints").at("first"), one.at("fingerprints").at("other"));
  EXPECT_THAT(one.at("weights").get<std::string>(), IsEmpty());
}

TEST(DiffGgufFamilies, BetasThatLlamaCppDoesNotRead) {
  const ScratchFolder scratch;
  fixtures::TestGguf gguf;
  gguf.string("general.architecture", "deepseek2")
      .u32("deepseek2.context_length", 131072)
      .u32("deepseek2.attention.key_length_mla", 192)
      .u32("deepseek2.rope.dimension_count", 64)
      .f32("deepseek2.rope.freq_base", 50000)
      .string("deepseek2.rope.scaling.type", "yarn")
      .f32("deepseek2.rope.scaling.factor", 32)
      .u32("deepseek2.rope.scaling.original_context_length", 4096)
      .f32("deepseek2.rope.scaling.yarn_beta_fast", 1)
      .f32("deepseek2.rope.scaling.yarn_beta_slow", 1)
      .f32("deepseek2.rope.scaling.yarn_log_multiplier", 0.1F);
  write_text(scratch / "model.gguf", gguf.file());
  const Diff found = diff(scratch, {"kimi-k2", "model.gguf"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  const std::string text = joined(found.result.out);
  EXPECT_THAT(text, HasSubstr("A and B: DIFFER in frequencies of pairs 9 to 19 of 32"));
  EXPECT_THAT(text, HasSubstr("yarn_beta_fast f32 1, which llama.cpp does not read: 32"));
  EXPECT_EQ(diff(scratch, {"kimi-k2@ggml", "model.gguf"}).result.exit_code, 0);
  EXPECT_THAT(run_tool({"explain", "--model", "deepseek-v3"}).out, Not(HasSubstr("@ggml")));
}

}  // namespace
}  // namespace rope::conformance
