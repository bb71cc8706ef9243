// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform diff and explain on what stands beside the rotation: chunks, xPos, layers without RoPE.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/testing/diff_of_models.hpp"
#include "conformance/testing/tool_process.hpp"
#include "fixtures/test_gguf.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

json qwen_1m() {
  return {{"model_type", "qwen2"},
          {"hidden_size", 3584},
          {"num_attention_heads", 28},
          {"max_position_embeddings", 1010000},
          {"rope_theta", 1e7},
          {"dual_chunk_attention_config",
           {{"chunk_size", 262144}, {"local_size", 8192}, {"original_max_position_embeddings", 262144}}}};
}

json llama4() {
  return {{"model_type", "llama4_text"},
          {"head_dim", 128},
          {"max_position_embeddings", 262144},
          {"rope_theta", 5e5},
          {"num_hidden_layers", 48}};
}

json mpt(const json& dail) {
  return {{"model_type", "mpt"},
          {"d_model", 4096},
          {"n_heads", 32},
          {"max_seq_len", 8192},
          {"attn_config", {{"rope", true}, {"rope_dail_config", dail}}}};
}

std::string only_difference(const Diff& found) {
  const json& differences = found.report.at("comparisons").at(0).at("differences");
  return differences.size() == 1 ? differences[0].at("field").get<std::string>() : differences.dump();
}

TEST(DiffAttention, DualChunksThatWereDropped) {
  const ScratchFolder scratch;
  json plain = qwen_1m();
  plain.erase("dual_chunk_attention_config");
  write_text(scratch / "with.json", qwen_1m().dump());
  write_text(scratch / "without.json", plain.dump());
  const Diff found = diff(scratch, {"with.json", "without.json"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_EQ(only_difference(found), "dual_chunk");
  EXPECT_THAT(found.result.out, HasSubstr("B has no key dual_chunk_attention_config"));
  EXPECT_EQ(diff(scratch, {"with.json", "with.json"}).result.exit_code, 0);
}

TEST(DiffAttention, DualChunksAsVllmHasThem) {
  const ScratchFolder scratch;
  write_text(scratch / "qwen.json", qwen_1m().dump());
  const Diff found = diff(scratch, {"qwen.json", "qwen.json@vllm"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_EQ(only_difference(found), "dual_chunk");
  EXPECT_THAT(found.result.out, HasSubstr("dual chunk (262144, shared 8192, original length 262144, not"));
  EXPECT_THAT(found.result.out, HasSubstr("    chunk_size             262144               262144\n"));
  EXPECT_THAT(found.result.out, HasSubstr("    local_size             8192                 8192\n"));

  const ToolResult explained = run_tool({"explain", "--config", "qwen.json"}, scratch.path());
  EXPECT_EQ(explained.exit_code, 0) << explained.err;
  EXPECT_THAT(explained.out, HasSubstr("chunks of 262144 that share 8192, original length 262144"));
  EXPECT_THAT(explained.out, HasSubstr("keys turn by p mod 253952"));
  EXPECT_THAT(explained.out, HasSubstr("ln(L/262144) + 1, 1.13488 of 1010000"));
  EXPECT_THAT(explained.out, HasSubstr("elsewhere   @vllm: dual chunk attention"));
}

// At the length that is compared both have the same numbers.
TEST(DiffAttention, OneTableForAllLengthsIsAnother) {
  const ScratchFolder scratch;
  const Diff found = diff(scratch, {"internlm3-8b", "internlm3-8b@vllm"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_EQ(found.report.at("comparisons").at(0).at("differences").at(0).at("text"),
            "frequencies of sequences of other lengths: B has one table for all");
  EXPECT_THAT(found.result.out, HasSubstr("equal in all 64 pairs"));
  EXPECT_EQ(diff(scratch, {"internlm3-8b@vllm", "internlm3-8b@vllm"}).result.exit_code, 0);
}

TEST(DiffAttention, LayersWithoutRopeThatOneFileForgets) {
  const ScratchFolder scratch;
  json all = llama4();
  all["no_rope_layers"] = std::vector<int>(48, 1);
  json untuned = llama4();
  untuned["attn_temperature_tuning"] = false;
  write_text(scratch / "some.json", llama4().dump());
  write_text(scratch / "all.json", all.dump());
  write_text(scratch / "untuned.json", untuned.dump());
  const Diff found = diff(scratch, {"some.json", "all.json"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_EQ(only_difference(found), "unrotated_layers");
  EXPECT_THAT(found.result.out, HasSubstr("12 of 48, each 4th from layer 3 on"));
  EXPECT_EQ(only_difference(diff(scratch, {"some.json", "untuned.json"})), "unrotated_layers");
  EXPECT_EQ(diff(scratch, {"some.json", "some.json"}).result.exit_code, 0);

  const ToolResult explained = run_tool({"explain", "--config", "some.json"}, scratch.path());
  EXPECT_THAT(explained.out, HasSubstr("no RoPE     12 of 48, each 4th from layer 3 on"));
  EXPECT_THAT(explained.out, HasSubstr("1.06931 at position 8191"));
  EXPECT_THAT(run_tool({"explain", "--config", "all.json"}, scratch.path()).out, Not(HasSubstr("no RoPE")));
}

TEST(DiffAttention, LayersWithoutRopeHaveARowAndACause) {
  const ScratchFolder scratch;
  json faster = llama4();
  faster["attn_scale"] = 0.2;
  write_text(scratch / "a.json", llama4().dump());
  write_text(scratch / "b.json", faster.dump());
  const Diff found = diff(scratch, {"a.json", "b.json"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  const json& one = found.report.at("comparisons").at(0);
  EXPECT_THAT(one.at("causes").at(0).at("text").get<std::string>(), HasSubstr("attn_scale 0.2"));
  EXPECT_THAT(found.result.out, HasSubstr("layers without RoPE"));
}

// A GGUF file has no key for them.
TEST(DiffAttention, LayersWithoutRopeAreNotComparedWhereAFileDoesNotSay) {
  const ScratchFolder scratch;
  fixtures::TestGguf gguf = fixtures::llama31_gguf();
  gguf.tensor("rope_freqs.weight", fixtures::llama31_factors());
  write_text(scratch / "model.gguf", gguf.file());
  json config = llama4();
  config["max_position_embeddings"] = 131072;
  write_text(scratch / "config.json", config.dump());
  EXPECT_THAT(diff(scratch, {"config.json", "model.gguf"}).result.out,
              HasSubstr("B does not say which layers have no RoPE"));
  EXPECT_THAT(diff(scratch, {"model.gguf", "model.gguf"}).result.out, Not(HasSubstr("does not say")));
}

TEST(DiffAttention, AnUnknownConventionOfAFileIsNamed) {
  const ScratchFolder scratch;
  write_text(scratch / "qwen.json", qwen_1m().dump());
  const ToolResult unknown = run_tool({"explain", "--config", "qwen.json@foo"}, scratch.path());
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("\"@foo\" is no convention"));
  // By vLLM the limit is one of positions, and no length is known.
  const ToolResult read = run_tool({"explain", "--config", "qwen.json@vllm"}, scratch.path());
  EXPECT_THAT(read.out, Not(HasSubstr("of 262145")));
  EXPECT_THAT(read.out, HasSubstr("positions   262145"));
}

TEST(DiffAttention, MptsKindOfRopeIsTheCause) {
  const ScratchFolder scratch;
  write_text(scratch / "xpos.json", mpt({{"type", "xpos"}}).dump());
  write_text(scratch / "plain.json", mpt({{"type", "original"}}).dump());
  const json one = diff(scratch, {"xpos.json", "plain.json"}).report.at("comparisons").at(0);
  EXPECT_EQ(one.at("causes").at(0).at("missing_from"), "");
  EXPECT_THAT(one.at("causes").at(0).at("text").get<std::string>(), HasSubstr("original"));
}

TEST(DiffAttention, ATowersLimitIsNotTakenForItsPatches) {
  const std::string text = run_tool({"explain", "--model", "llama-4-scout"}).out;
  EXPECT_THAT(text, HasSubstr("24 patches along a side"));
  EXPECT_THAT(text, HasSubstr("64, as many as checks need"));
}

TEST(DiffAttention, XposIsNoRotation) {
  const ScratchFolder scratch;
  write_text(scratch / "xpos.json", mpt({{"type", "xpos"}}).dump());
  write_text(scratch / "plain.json", mpt({{"type", "original"}}).dump());
  write_text(scratch / "other.json", mpt({{"type", "xpos"}, {"xpos_scale_base", 64}}).dump());
  const Diff found = diff(scratch, {"xpos.json", "plain.json"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_EQ(only_difference(found), "xpos");
  EXPECT_THAT(found.result.out, HasSubstr("equal in all 64 pairs"));
  EXPECT_EQ(only_difference(diff(scratch, {"xpos.json", "other.json"})), "xpos");

  const ToolResult explained = run_tool({"explain", "--config", "xpos.json"}, scratch.path());
  EXPECT_EQ(explained.exit_code, 0) << explained.err;
  // (2/7)^(±4096/512), and 2 · 3966, 2 · 35694.
  EXPECT_THAT(explained.out, HasSubstr("pair 0 has 2.25e+04 and"));
  EXPECT_THAT(explained.out, HasSubstr("up to 7932 tokens"));
  EXPECT_THAT(explained.out, HasSubstr("71388"));
}

TEST(DiffAttention, AnotherPartThatDoesNotRotate) {
  const ScratchFolder scratch;
  json config = json::parse(read_text(ROPE_SOURCE_FOLDER "/fixtures/models/deepseek-v3.json")).at("config");
  write_text(scratch / "a.json", config.dump());
  config["qk_nope_head_dim"] = 192;
  write_text(scratch / "b.json", config.dump());
  const Diff found = diff(scratch, {"a.json", "b.json"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_THAT(found.result.out, HasSubstr("unrotated part (128 against 192)"));
}

TEST(DiffAttention, TowersAreComparedWhereBothHaveOne) {
  const ScratchFolder scratch;
  json config = json::parse(read_text(ROPE_SOURCE_FOLDER "/fixtures/models/llama-4-scout.json")).at("config");
  write_text(scratch / "a.json", config.dump());
  config["vision_config"]["rope_theta"] = 20000;
  write_text(scratch / "b.json", config.dump());
  config.erase("vision_config");
  write_text(scratch / "text.json", config.dump());
  const Diff found = diff(scratch, {"a.json", "b.json"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_EQ(found.report.at("comparisons").size(), 2U);
  EXPECT_EQ(found.report.at("comparisons").at(1).at("layer"), "vision");
  EXPECT_EQ(found.report.at("comparisons").at(1).at("same"), false);
  EXPECT_EQ(found.report.at("comparisons").at(1).at("values").at(0).at("key"), "tower");
  // Side by side at 80 columns.
  EXPECT_THAT(found.result.out, HasSubstr("tower             Llama 4 vision                Llama 4 vision\n"));
  EXPECT_EQ(diff(scratch, {"a.json", "text.json"}).result.exit_code, 0);
}

// 0.1 ln 40 + 1 squared, of the same factor on cos and sin.
TEST(DiffAttention, TheScalingMayBeWhyScalesDiffer) {
  const ScratchFolder scratch;
  json config = json::parse(read_text(ROPE_SOURCE_FOLDER "/fixtures/models/deepseek-v3.json")).at("config");
  write_text(scratch / "a.json", config.dump());
  config["rope_scaling"]["mscale"] = 0.5;
  config["rope_scaling"]["mscale_all_dim"] = 0.5;
  write_text(scratch / "b.json", config.dump());
  const Diff found = diff(scratch, {"a.json", "b.json"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_EQ(only_difference(found), "softmax_scale");
  const json& causes = found.report.at("comparisons").at(0).at("causes");
  ASSERT_EQ(causes.size(), 1U);
  EXPECT_EQ(causes[0].at("text"),
            "A has rope_scaling (mscale 1.0, mscale_all_dim 1.0); B has rope_scaling (mscale 0.5, mscale_all_dim 0.5)");
  config["rope_scaling"].erase("mscale");
  config["rope_scaling"].erase("mscale_all_dim");
  write_text(scratch / "c.json", config.dump());
  // The factor differs, too, for the same reason, which is said once.
  EXPECT_EQ(diff(scratch, {"a.json", "c.json"}).report.at("comparisons").at(0).at("causes").size(), 1U);
}

TEST(DiffAttention, AKeyMayBeWhyScalesDiffer) {
  const ScratchFolder scratch;
  json config{{"model_type", "granite"},
              {"hidden_size", 4096},
              {"num_attention_heads", 32},
              {"max_position_embeddings", 4096},
              {"attention_multiplier", 0.0078125}};
  write_text(scratch / "a.json", config.dump());
  config.erase("attention_multiplier");
  write_text(scratch / "b.json", config.dump());
  const Diff found = diff(scratch, {"a.json", "b.json"});
  EXPECT_EQ(only_difference(found), "softmax_scale");
  EXPECT_THAT(found.result.out, HasSubstr("B has no key attention_multiplier; A has attention_multiplier"));
  EXPECT_THAT(run_tool({"explain", "--config", "a.json"}, scratch.path()).out,
              HasSubstr("softmax scale 0.0078125; from"));
}

TEST(DiffAttention, LayersOfAnotherType) {
  const ScratchFolder scratch;
  json config = json::parse(read_text(ROPE_SOURCE_FOLDER "/fixtures/models/gemma-3-27b.json")).at("config");
  write_text(scratch / "a.json", config.dump());
  config["text_config"]["sliding_window_pattern"] = 2;
  write_text(scratch / "b.json", config.dump());
  config["text_config"]["sliding_window_pattern"] = 6;
  config["text_config"]["num_hidden_layers"] = 34;
  write_text(scratch / "short.json", config.dump());
  const Diff found = diff(scratch, {"a.json", "b.json"});
  EXPECT_EQ(found.result.exit_code, 1) << found.result.err;
  EXPECT_EQ(only_difference(found), "layers");
  const json& first = found.report.at("comparisons").at(0);
  EXPECT_EQ(first.at("differences").at(0).at("text"),
            "layers (10 of 62, each 6th from layer 5 on against 31 of 62, each 2nd from layer 1 on)");
  EXPECT_EQ(first.at("causes").at(0).at("text"),
            "A has no key text_config.sliding_window_pattern (taken: each 6 layers); B has "
            "text_config.sliding_window_pattern 2");
  EXPECT_EQ(diff(scratch, {"a.json", "short.json"}).result.exit_code, 0) << "of the layers that both have none differs";
}

TEST(DiffAttention, AConventionIsACause) {
  const ScratchFolder scratch;
  const Diff found = diff(scratch, {"gpt-oss-20b", "gpt-oss-20b@ggml"});
  EXPECT_EQ(found.report.at("comparisons").at(0).at("causes").at(0).at("text"),
            "B: yarn: truncate is not read: correction dims have floor and ceil");
  write_text(scratch / "dino.json", R"({"model_type":"dinov3_vit","hidden_size":384,"num_attention_heads":6})");
  const ToolResult tower = run_tool({"explain", "--config", "dino.json@ggml"}, scratch.path());
  EXPECT_EQ(tower.exit_code, 2);
  EXPECT_THAT(tower.err, HasSubstr("a convention is what a program makes of a text model's config.json"));
}

TEST(DiffAttention, SizesOfPicturesAreACause) {
  const ScratchFolder scratch;
  const std::string keys = R"({"model_type":"dinov3_vit","hidden_size":384,"num_attention_heads":6,"image_size":)";
  write_text(scratch / "a.json", keys + "224}");
  write_text(scratch / "b.json", keys + "448}");
  EXPECT_EQ(diff(scratch, {"a.json", "b.json"}).report.at("comparisons").at(0).at("causes").at(0).at("text"),
            "A has image_size 224; B has image_size 448");
}

TEST(Explain, EveryModel) {
  const ToolResult all = run_tool({"explain", "--model", "all"});
  EXPECT_EQ(all.exit_code, 0) << all.err;
  EXPECT_THAT(all.out, HasSubstr("llama-2-7b (catalogue"));
  EXPECT_THAT(all.out, HasSubstr("kimi-k2 (catalogue"));
}

TEST(DiffAttention, PartsOfHeadsThatDoNotRotate) {
  const ScratchFolder scratch;
  const ToolResult explained = run_tool({"explain", "--model", "deepseek-v3"}, scratch.path());
  EXPECT_THAT(explained.out, HasSubstr("of a head's 192 elements 128 do not rotate"));
  EXPECT_THAT(explained.out, HasSubstr("softmax scale 0.13523"));
}

}  // namespace
}  // namespace rope::conformance
