// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Configurations of each family that the catalogue's models do not have: implementations that compute it conform, one
// that ignores it is caught and told so, and one that does not claim it is given tables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>

#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;

struct Configuration {
  const char* family;
  json config;
  friend void PrintTo(const Configuration& one, std::ostream* out) { *out << one.family; }
};

json llama(const json& parameters, int positions) {
  return {{"model_type", "llama"},
          {"head_dim", 64},
          {"max_position_embeddings", positions},
          {"rope_parameters", parameters}};
}

std::vector<Configuration> configurations() {
  json factors = json::array();
  json longer = json::array();
  for (int i = 0; i < 32; ++i) {
    factors.push_back(1 + 0.01 * i);
    longer.push_back(1.08 + 0.06 * i * i);
  }
  return {{"linear", llama({{"rope_type", "linear"}, {"rope_theta", 1e4}, {"factor", 8.0}}, 16384)},
          {"dynamic", llama({{"rope_type", "dynamic"}, {"rope_theta", 1e4}, {"factor", 4.0}}, 4096)},
          // gpt-oss.
          {"yarn", llama({{"rope_type", "yarn"},
                          {"rope_theta", 150000.0},
                          {"factor", 32.0},
                          {"truncate", false},
                          {"original_max_position_embeddings", 4096}},
                         131072)},
          {"longrope", llama({{"rope_type", "longrope"},
                              {"rope_theta", 1e4},
                              {"short_factor", factors},
                              {"long_factor", longer},
                              {"original_max_position_embeddings", 4096}},
                             131072)},
          {"proportional",
           llama({{"rope_type", "proportional"}, {"rope_theta", 1e6}, {"partial_rotary_factor", 0.25}}, 32768)}};
}

class FamilyOfAConfiguration : public ::testing::TestWithParam<Configuration> {
 protected:
  json run(const std::string& plugin, int expected, const std::vector<std::string>& more = {}) const {
    const std::string config = scratch_ / "configured.json";
    std::ofstream(config) << GetParam().config;
    std::vector<std::string> arguments{"--impl",    plugin,  "--config", config,
                                       "--profile", "smoke", "--out",    scratch_ / "report"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ToolResult result = run_tool(arguments);
    EXPECT_EQ(result.exit_code, expected) << result.out << result.err;
    return read_report(scratch_ / "report");
  }

 private:
  ScratchFolder scratch_;
};

TEST_P(FamilyOfAConfiguration, IsComputedByTheBundledImplementations) {
  for (const char* name : {"usual", "careful"}) {
    const json report = run(bundled(name), 0);
    EXPECT_EQ(report["spec"][0]["spec"]["family"]["name"], GetParam().family);
    // What is judged at one length says so.
    EXPECT_EQ(report.dump().find("sequences of other lengths") != std::string::npos,
              report["spec"][0]["spec"]["family"].contains("sequence_length"));
    for (const json& grade : report["grades"]) {
      EXPECT_LE(grade["ratio"].get<double>(), 1) << name << " " << grade;
    }
    for (const json& bits : report["bits"]) EXPECT_EQ(bits["equal"], bits["compared"]) << name << " " << bits;
  }
}

TEST_P(FamilyOfAConfiguration, IsNamedWhereItIsIgnored) {
  const json report = run(faulty("scale-ignored"), 1, {"--check", "golden-*"});
  bool named = false;
  for (const json& cause : report["diagnosis"]) named = named || cause["id"] == "scale-ignored";
  EXPECT_TRUE(named) << report["diagnosis"];
}

/// The template knows default and llama3 alone, and no tables.
TEST_P(FamilyOfAConfiguration, IsNoPassWhereItIsNotClaimed) {
  const json report = run(bundled("template"), 5);
  EXPECT_EQ(report["verdict"], "inconclusive");
}

// One who reads the file as another program does is wrong by Hugging Face's reading, and right by that program's.
TEST(Convention, IsWhatAnImplementationIsHeldTo) {
  const auto exit_code = [](const std::string& model, const std::string& plugin) {
    const ScratchFolder scratch;
    const ToolResult result = run_tool({"--impl", plugin, "--model", model, "--profile", "smoke", "--dtype", "fp32",
                                        "--check", "[glr]*", "--out", scratch / "report"});
    if (result.exit_code < 2) {
      EXPECT_EQ(read_report(scratch / "report")["spec"][0]["model"], model);
    }
    return result.exit_code;
  };
  const std::string truncates = faulty("yarn-truncate");
  EXPECT_EQ(exit_code("gpt-oss-20b", truncates), 1);
  EXPECT_EQ(exit_code("gpt-oss-20b@ggml", truncates), 0);
  const std::string right = bundled("careful");
  EXPECT_EQ(exit_code("gpt-oss-20b@litgpt", right), 0) << "frequencies are given";
}

INSTANTIATE_TEST_SUITE_P(Each, FamilyOfAConfiguration, ::testing::ValuesIn(configurations()),
                         [](const auto& one) { return std::string(one.param.family); });

// One pair, two, three; and four of a larger head. What needs more pairs is left out with its reason, and the suite
// itself goes on.
TEST(FewPairs, AreJudgedAsFarAsTheyGo) {
  const auto report_of = [](const json& config) {
    const ScratchFolder scratch;
    std::ofstream(scratch / "config.json") << config;
    const ToolResult result = run_tool({"--impl", bundled("careful"), "--dtype", "fp32", "--profile", "smoke", "--out",
                                        scratch / "report", "--config", scratch / "config.json"});
    EXPECT_EQ(result.exit_code, 0) << config << result.out << result.err;
    return read_text(scratch / "report/report.md");
  };
  for (const int head_dim : {2, 4, 6}) {
    json config = llama({{"rope_type", "default"}, {"rope_theta", 1e4}}, 4096);
    config["head_dim"] = head_dim;
    // A quarter of one pair, of two and of three is none.
    EXPECT_THAT(report_of(config), ::testing::HasSubstr(std::to_string(head_dim) + " that is no pair"));
  }
  report_of({{"model_type", "gpt_neox"},
             {"hidden_size", 512},
             {"num_attention_heads", 8},
             {"rotary_pct", 0.0625},
             {"rotary_emb_base", 10000},
             {"max_position_embeddings", 2048}});
}

}  // namespace
}  // namespace rope::conformance
