// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The exhaustive profile as a user runs it: what it finds that samples do not, what it says, and that it says the same
// again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/testing/tool_process.hpp"
#include "fixtures/file.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;

/// The rows of `tiers` and of `checks` by what they are about.
const json& find(const json& list, const std::string& key, const std::string& value) {
  for (const json& one : list) {
    if (one[key] == value) return one;
  }
  throw std::out_of_range("no " + key + " " + value);
}

TEST(Exhaustive, FindsOnePairAtOnePositionThatNoSampleMeets) {
  const ScratchFolder scratch;
  const std::vector<std::string> run{
      "--impl", faulty("rare/one-position"), "--model", "llama-2-7b", "--dtype", "fp32", "--out", scratch / "r"};
  ASSERT_EQ(run_tool(run).exit_code, 0) << "a sample met it: choose another position";
  std::vector<std::string> all = run;
  all.insert(all.end(), {"--profile", "exhaustive"});
  const ToolResult result = run_tool(all);
  EXPECT_EQ(result.exit_code, 1);
  const json report = read_report(scratch / "r");
  for (const char* check : {"golden-table", "golden-rotation", "long-context"}) {
    const json& found = find(report["checks"], "id", check);
    EXPECT_EQ(found["verdict"], "fail") << check;
    EXPECT_EQ(found["worst"]["position"], 3001) << check;
    EXPECT_EQ(found["worst"]["pair"], 5) << check;
  }
  const json& tiers = report["tiers"][0];
  EXPECT_EQ(tiers["horizon"], 3000);
  EXPECT_EQ(tiers["max_position"], 4096);
  EXPECT_EQ(tiers["every_position"]["tier"], "none");
  EXPECT_EQ(tiers["every_position"]["tier_a_to"], 3000);
  EXPECT_EQ(tiers["every_position"]["tier_b_to"], 3000);
  EXPECT_EQ(tiers["every_position"]["position"], 3001);
  EXPECT_THAT(result.out, testing::HasSubstr("3000 only, of 4095"));

  // The failing case, again, by the command that the report gives.
  const std::string command = report["run"]["cases"][0]["reproduce"];
  EXPECT_THAT(command, testing::HasSubstr("--profile exhaustive"));
  const ToolResult again =
      run_tool({"reproduce", "golden-table/llama-2-7b/fp32/half-split", "--impl", faulty("rare/one-position"),
                "--profile", "exhaustive", "--out", scratch / "again"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.out, testing::HasSubstr("position 3001"));
}

TEST(Exhaustive, SaysTheSameAgainWhateverTheThreads) {
  std::vector<json> reports;
  for (const char* jobs : {"1", "3"}) {
    const ScratchFolder scratch;
    // Partial rotary, and positions past the model's limit of 2048.
    const ToolResult result = run_tool({"--impl", bundled("usual"), "--model", "phi-2", "--profile", "exhaustive",
                                        "--extent", "5000", "--jobs", jobs, "--out", scratch / "r"});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
    reports.push_back(read_report(scratch / "r"));
    reports.back().erase("run");
  }
  EXPECT_EQ(reports[0], reports[1]);
  const json& report = reports[0];
  EXPECT_EQ(report["coverage"]["models"][0]["positions"], 5000);
  EXPECT_EQ(report["coverage"]["models"][0]["of"], 5000);
  ASSERT_EQ(report["tiers"].size(), 3U);
  for (const json& row : report["tiers"]) {
    const json& tiers = row["every_position"];
    ASSERT_TRUE(tiers.is_object());
    // Both pairings, three heads, two components, 16 pairs.
    EXPECT_EQ(tiers["components"], 2 * 3 * 2 * 16 * 5000);
    EXPECT_GT(tiers["correctly_rounded"], 0.2);
    EXPECT_LT(tiers["correctly_rounded"], 1.0);
    EXPECT_EQ(tiers["correctly_rounded_to"], 0);
    EXPECT_LE(tiers["tier_a_to"], tiers["tier_b_to"]);
    std::size_t before = 0;
    for (const json& bin : tiers["histogram"]) {
      EXPECT_GE(bin["components"].get<std::size_t>(), before);
      before = bin["components"];
    }
    EXPECT_LE(before, tiers["components"].get<std::size_t>());
  }
  // An honest table and every operation in T stay within 3 units where the angle is still good: the first of the dtypes
  // to lose it is the one with the most digits.
  EXPECT_LT(find(report["tiers"], "dtype", "fp32")["every_position"]["tier_b_to"],
            find(report["tiers"], "dtype", "bf16")["every_position"]["tier_b_to"]);
}

TEST(Exhaustive, FusedIsTierAEverywhere) {
  // Whole heads, and parts of heads past the model's limit.
  for (const char* model : {"llama-2-7b", "phi-2"}) {
    const ScratchFolder scratch;
    const ToolResult result = run_tool({"--impl", bundled("fused"), "--model", model, "--profile", "exhaustive",
                                        "--extent", "4096", "--out", scratch / "r"});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
    const json report = read_report(scratch / "r");
    ASSERT_EQ(report["tiers"].size(), 3U);
    for (const json& row : report["tiers"]) {
      EXPECT_THAT(row["every_position"]["tier"].get<std::string>(), testing::AnyOf("A", "correctly rounded")) << row;
      EXPECT_EQ(row["every_position"]["tier_a_to"], 4095) << row;
      EXPECT_GT(row["every_position"]["units"], 0.5) << row;
    }
  }
}

TEST(Exhaustive, AShortStretchEarnsNoTier) {
  const ScratchFolder scratch;
  const ToolResult result = run_tool({"--impl", bundled("careful"), "--model", "llama-2-7b", "--dtype", "fp32",
                                      "--profile", "exhaustive", "--extent", "1", "--out", scratch / "r"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  const json report = read_report(scratch / "r");
  EXPECT_EQ(report["tiers"][0]["every_position"]["tier"], "unknown");
  EXPECT_EQ(report["tiers"][0]["every_position"]["tier_a_to"], 0);
  EXPECT_THAT(result.out, testing::HasSubstr("the first 1 of 4,096 positions"));
}

TEST(Exhaustive, AFixtureThatIsNotTheTruthEndsTheRun) {
  const ScratchFolder scratch;
  fixtures::Fixture fixture = fixtures::read(golden_folder() + "/llama-3-8b.h5");
  const std::vector<std::string> run{"--impl", bundled("careful"), "--model",    "llama-3-8b", "--dtype",
                                     "fp32",   "--fixtures",       scratch / "", "--profile",  "exhaustive",
                                     "--out",  scratch / "r"};
  fixtures::write(fixture, scratch / "llama-3-8b.h5");
  ASSERT_EQ(run_tool(run).exit_code, 0);
  EXPECT_EQ(read_report(scratch / "r")["scope"]["profile"], "exhaustive, samples as the fixtures");
  // One cosine is another number, in all its forms: the two truths must be one before either judges.
  const std::size_t at = 5 * fixture.pairs() + 7;
  fixture.cos[at] = {0.25, 0};
  for (const DType dtype : tensor_dtypes) {
    fixture.cos_bits[tensor_index(dtype)][at] = static_cast<std::uint32_t>(round_to_bits(dtype, 0.25));
  }
  fixtures::write(fixture, scratch / "llama-3-8b.h5");
  const ToolResult result = run_tool(run);
  EXPECT_EQ(result.exit_code, 4) << result.out << result.err;
  EXPECT_THAT(result.out + result.err, testing::HasSubstr("disagree on the fp32 cosine of pair 7"));
}

}  // namespace
}  // namespace rope::conformance
