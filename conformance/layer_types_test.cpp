// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Models whose layers have RoPE of two kinds: compared and checked for each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/testing/diff_of_models.hpp"
#include "fixtures/test_gguf.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Gemma 3 1B as published, but for keys that are not about RoPE.
json gemma3() {
  return json::parse(R"({"model_type":"gemma3_text","head_dim":256,"max_position_embeddings":32768,)"
                     R"("rope_theta":1000000,"rope_local_base_freq":10000,"rope_scaling":null,"sliding_window":512})");
}

fixtures::TestGguf gemma3_gguf() {
  fixtures::TestGguf gguf;
  gguf.string("general.architecture", "gemma3")
      .u32("gemma3.context_length", 32768)
      .u32("gemma3.attention.key_length", 256)
      .u32("gemma3.attention.sliding_window", 512)
      .f32("gemma3.rope.freq_base", 1000000);
  return gguf;
}

TEST(Diff, EachTypeOfLayers) {
  const ScratchFolder scratch;
  write_text(scratch / "gemma.json", gemma3().dump());
  write_text(scratch / "gemma.gguf", gemma3_gguf().file());
  Diff found = diff(scratch, {"gemma.json", "gemma.gguf"});
  EXPECT_EQ(found.result.exit_code, 0) << found.result.out << found.result.err;
  ASSERT_THAT(found.report.at("comparisons"), SizeIs(2));
  EXPECT_EQ(found.report.at("comparisons").at(1).at("layer"), "sliding_attention");

  // One base for all layers, which is what a reader without layer types makes of it.
  write_text(scratch / "flat.json", R"({"model_type":"llama","head_dim":256,"max_position_embeddings":32768,)"
                                    R"("rope_theta":1000000})");
  found = diff(scratch, {"gemma.json", "flat.json"});
  EXPECT_EQ(found.result.exit_code, 1);
  ASSERT_THAT(found.report.at("comparisons"), SizeIs(2));
  EXPECT_EQ(found.report.at("comparisons").at(0).at("same"), true);
  EXPECT_EQ(found.report.at("comparisons").at(1).at("same"), false);
  EXPECT_THAT(found.result.out,
              HasSubstr("A and B (sliding_attention): DIFFER in frequencies of pairs 1 to 127 of 128"));
  EXPECT_THAT(found.result.out, HasSubstr("A has rope_local_base_freq 10000; B has rope_theta 1000000"));

  json one_type = gemma3();
  one_type["layer_types"] = {"full_attention"};
  write_text(scratch / "full.json", one_type.dump());
  found = diff(scratch, {"gemma.json", "full.json"});
  EXPECT_EQ(found.result.exit_code, 1);
  EXPECT_THAT(found.report.at("comparisons").at(1).at("differences").at(0).at("text").get<std::string>(),
              HasSubstr("only A has the type sliding_attention"));
}

TEST(Diff, Gemma3WithItsScaling) {
  const ScratchFolder scratch;
  // Gemma 3 4B as published: what is left out is its type's default.
  write_text(scratch / "gemma.json",
             R"({"model_type":"gemma3","text_config":{"model_type":"gemma3_text","hidden_size":2560,)"
             R"("rope_scaling":{"factor":8.0,"rope_type":"linear"},"sliding_window":1024}})");
  fixtures::TestGguf gguf = gemma3_gguf();
  fixtures::TestGguf scaled = gguf;
  scaled.string("gemma3.rope.scaling.type", "linear").f32("gemma3.rope.scaling.factor", 8);
  write_text(scratch / "scaled.gguf", scaled.file());
  write_text(scratch / "plain.gguf", gguf.file());
  EXPECT_EQ(diff(scratch, {"gemma.json", "scaled.gguf"}).result.exit_code, 0);
  const Diff found = diff(scratch, {"gemma.json", "plain.gguf"});
  EXPECT_EQ(found.result.exit_code, 1);
  const json& full = found.report.at("comparisons").at(0);
  EXPECT_EQ(full.at("layer"), "full_attention");
  EXPECT_EQ(full.at("pairs").at(0).at("least_ratio"), 8.0);
  EXPECT_EQ(full.at("causes").at(0).at("missing_from"), "B");
  EXPECT_THAT(full.at("causes").at(0).at("text").get<std::string>(), HasSubstr("text_config.rope_scaling"));
  EXPECT_EQ(found.report.at("comparisons").at(1).at("same"), true) << "sliding layers are not scaled";
}

TEST(Run, AModelWithLayerTypesIsCheckedForEach) {
  const ScratchFolder scratch;
  write_text(scratch / "gemma.gguf", gemma3_gguf().file());
  const ToolResult result = run_tool({"--impl", bundled("usual"), "--config", "gemma.gguf", "--profile", "smoke",
                                      "--check", "golden-table", "--dtype", "fp32", "--out", "out"},
                                     scratch.path());
  const json report = read_report(scratch / "out");
  std::vector<std::string> models;
  for (const json& one : report.at("checks").at(0).at("cases")) models.push_back(one.at("model"));
  EXPECT_THAT(models, ::testing::IsSupersetOf({"gemma.full_attention", "gemma.sliding_attention"})) << result.err;
}

// A tower that is not read is part of what was not tested; one without RoPE is not.
TEST(LayerTypes, ATowerThatIsNotReadIsNotTested) {
  const auto not_tested = [](const char* tower) {
    const ScratchFolder scratch;
    write_text(
        scratch / "model.json",
        R"({"model_type":"llava","text_config":{"model_type":"llama","head_dim":64,"max_position_embeddings":2048},)"
        R"("vision_config":{"model_type":")" +
            std::string(tower) + "\"}}");
    const ToolResult result = run_tool({"--impl", bundled("careful"), "--config", scratch / "model.json", "--profile",
                                        "smoke", "--dtype", "fp32", "--check", "norm", "--out", scratch / "report"});
    // One check alone is no verdict.
    EXPECT_EQ(result.exit_code, 5) << result.out << result.err;
    return read_report(scratch / "report").dump();
  };
  EXPECT_NE(not_tested("dinov2").find("its vision_config is not read: model_type \\\"dinov2\\\" is not known"),
            std::string::npos);
  EXPECT_EQ(not_tested("siglip_vision_model").find("vision_config is not read"), std::string::npos);
}

}  // namespace
}  // namespace rope::conformance
