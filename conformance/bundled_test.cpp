// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The bundled implementations conform, over the whole catalogue, and the tool can be made to say otherwise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "conformance/checks/check.hpp"
#include "conformance/testing/tool_process.hpp"
#include "fixtures/file.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Bundled {
  const char* name;
  std::vector<std::string> dtypes;
  std::vector<std::string> grades;  // accepted
  friend void PrintTo(const Bundled& one, std::ostream* out) { *out << one.name; }
};

class BundledTest : public ::testing::TestWithParam<Bundled> {};

TEST_P(BundledTest, ConformsOverTheCatalogue) {
  const ScratchFolder scratch;
  const ToolResult result =
      run_tool({"--impl", bundled(GetParam().name), "--profile", "smoke", "--out", scratch / "report"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("CONFORMS"));
  const json report = read_report(scratch / "report");
  EXPECT_EQ(report["exit_code"], 0);
  std::vector<std::string> dtypes;
  for (const json& grade : report["grades"]) {
    dtypes.push_back(grade["dtype"]);
    EXPECT_THAT(GetParam().grades, ::testing::Contains(grade["grade"].get<std::string>())) << grade;
    EXPECT_LE(grade["ratio"].get<double>(), 1);
    EXPECT_GT(grade["ratio"].get<double>(), 0.05) << "a bound this far away would see nothing";
  }
  EXPECT_EQ(dtypes, GetParam().dtypes);
  // The template leaves out what a kernel in one file need not have, and declares nothing out of range.
  const std::string name = GetParam().name;
  const bool in_one_file = name == "template" || name == "abi/abi-1";
  for (const json& check : report["checks"]) {
    const bool left_out = in_one_file && (check["id"] == "packed" || check["id"] == "position-axes" ||
                                          check["id"] == "position-out-of-range" || check["id"] == "must-support" ||
                                          check["id"] == "negative-positions" || check["id"] == "multi-axis");
    EXPECT_TRUE(check["verdict"] == "pass" || (left_out && check["verdict"] != "fail")) << check["id"];
  }
  const auto always =
      std::count_if(all_checks.begin(), all_checks.end(), [](const CheckInfo& check) { return !check.when_asked; });
  EXPECT_EQ(report["checks"].size(), static_cast<std::size_t>(always));
  // What is declared and pinned is what comes out, bit for bit. The template's contract leaves libraries open, that of
  // device-arithmetic a cosine and sine in two words, and fused's has bounds for its own.
  const bool pinned = !in_one_file && name != "device-arithmetic" && name != "fused";
  EXPECT_GE(report["bits"].size(), pinned ? 30U : 1U);
  for (const json& bits : report["bits"]) {
    EXPECT_EQ(bits["pipeline"], "declared");
    EXPECT_EQ(bits["equal"], bits["compared"]) << bits;
    EXPECT_EQ(bits["compared"].get<std::uint64_t>() > 0, pinned) << bits;
    EXPECT_EQ(bits["not_emulated"].get<std::string>().empty(), pinned) << bits;
    EXPECT_EQ(bits["attributed"].get<bool>(), pinned) << bits;
    EXPECT_LE(bits["error"], bits["error_bound"]) << bits;
    for (const json& stage : bits["stages"]) {
      EXPECT_EQ(stage["measured"].is_number(), pinned) << bits;
      EXPECT_TRUE(!pinned || stage["measured"] <= stage["bound"]) << stage;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Each, BundledTest,
                         ::testing::Values(Bundled{"usual", {"fp32", "fp16", "bf16"}, {"equal"}},
                                           Bundled{"one-rounding", {"fp32", "fp16", "bf16"}, {"equal", "better"}},
                                           Bundled{"careful", {"fp32", "fp16", "bf16"}, {"better", "exact"}},
                                           Bundled{"device-arithmetic", {"fp32", "fp16", "bf16"}, {"better"}},
                                           Bundled{"fused", {"fp32", "fp16", "bf16"}, {"better", "exact"}},
                                           Bundled{"template", {"fp32"}, {"equal", "better"}},
                                           // Built with the first header of ABI 1, and never with a later one.
                                           Bundled{"abi/abi-1", {"fp32"}, {"equal", "better"}}),
                         [](const auto& instance) {
                           std::string name = instance.param.name;
                           for (char& c : name) c = c == '-' || c == '/' ? '_' : c;
                           return name;
                         });

TEST(Match, TheUsualImplementationHasTheBitsOfEachName) {
  for (const auto& [pipeline, dtype] :
       {std::pair{"hf-eager-f32", "fp32"}, std::pair{"hf-eager-f16", "fp16"}, std::pair{"hf-eager-bf16", "bf16"}}) {
    const ScratchFolder scratch;
    const ToolResult result = run_tool(
        {"--impl", bundled("usual"), "--fixtures", golden_folder(), "--match", pipeline, "--out", scratch / "report"});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    const json report = read_report(scratch / "report");
    const json& checks = report["checks"];
    const auto match =
        std::find_if(checks.begin(), checks.end(), [](const json& check) { return check["id"] == "match"; });
    ASSERT_NE(match, checks.end());
    EXPECT_EQ((*match)["cases"].size(), 9U) << "one for each golden fixture";
    std::size_t named = 0;
    for (const json& bits : report["bits"]) {
      EXPECT_EQ(bits["equal"], bits["compared"]) << bits;
      if (bits["pipeline"] == pipeline) {
        ++named;
        EXPECT_EQ(bits["dtype"], dtype);
      }
    }
    EXPECT_EQ(named, 9U);
  }
}

TEST(Match, OtherBitsFailAndTheStagesAreNamed) {
  const ScratchFolder scratch;
  const std::vector<std::string> with{"--impl",  bundled("one-rounding"), "--fixtures", golden_folder(),
                                      "--match", "hf-eager-bf16",         "--out",      scratch / "report"};
  const ToolResult result = run_tool(with);
  EXPECT_EQ(result.exit_code, 1) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("right: pairing")) << "other bits are no other mathematics";
  const json report = read_report(scratch / "report");
  for (const json& check : report["checks"]) {
    const bool without_limit = check["level"] == "INFO";
    EXPECT_EQ(check["verdict"], check["id"] == "match" ? "fail" : without_limit ? "measured" : "pass") << check["id"];
  }
  for (const json& bits : report["bits"]) {
    if (bits["pipeline"] != "hf-eager-bf16") continue;
    EXPECT_EQ(bits["stage"], "table, rotate, out") << bits;
    EXPECT_EQ(bits["instead_share"], 1) << bits;
    // With an attention factor, which position 0 shows; else at the first position that is another one.
    if (bits["model"] == "gpt-oss-20b") {
      EXPECT_EQ(bits["first"]["position"], 0) << bits;
    }
    if (bits["model"] == "llama-3-8b") {
      EXPECT_EQ(bits["first"]["position"], 1) << bits;
    }
    EXPECT_FALSE(bits["attributed"].get<bool>()) << bits;
  }
  std::vector<std::string> again{"reproduce", "match/llama-3-8b/bf16/both"};
  again.insert(again.end(), with.begin(), with.begin() + 6);
  EXPECT_EQ(run_tool(again).exit_code, 1);
  again.resize(6);
  const ToolResult without = run_tool(again);
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err, HasSubstr("--match"));
}

TEST(Match, WhatCannotBeMatchedIsNoPass) {
  const ScratchFolder scratch;
  const ToolResult result = run_tool({"--impl", bundled("template"), "--fixtures", golden_folder(), "--match",
                                      "hf-eager-bf16", "--out", scratch / "report"});
  EXPECT_EQ(result.exit_code, 5) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("hf-eager-bf16"));
}

TEST(Report, IsEqualOnRerunButForRun) {
  const ScratchFolder scratch;
  json reports[2];
  for (int n = 0; n < 2; ++n) {
    const ToolResult result =
        run_tool({"--impl", bundled("usual"), "--fixtures", golden_folder(), "--out", "report"}, scratch.path());
    ASSERT_EQ(result.exit_code, 0) << result.err;
    reports[n] = read_report(scratch / "report");
    ASSERT_TRUE(reports[n].contains("run"));
    reports[n].erase("run");
  }
  EXPECT_EQ(reports[0].dump(), reports[1].dump());
}

TEST(Report, HasTheKeysPeopleRelyOn) {
  const ScratchFolder scratch;
  ASSERT_EQ(run_tool({"--impl", bundled("usual"), "--fixtures", golden_folder(), "--out", scratch / "r"}).exit_code, 0);
  const json report = read_report(scratch / "r");
  for (const char* key :
       {"schema_version", "verdict", "exit_code", "rules", "seed", "implementation", "environment", "spec", "contract",
        "scope", "coverage", "combinations", "grades", "tiers", "bits", "diagnosis", "checks", "run"}) {
    EXPECT_TRUE(report.contains(key)) << key;
  }
  for (const json& check : report["checks"]) {
    for (const char* key : {"id", "rule", "level", "verdict", "cases", "bound", "worst"}) {
      EXPECT_TRUE(check.contains(key)) << check["id"] << " " << key;
    }
    for (const char* key : {"error", "position", "pair", "dtype", "inputs", "expected", "got", "case_id"}) {
      EXPECT_TRUE(check["worst"].is_null() || check["worst"].contains(key)) << check["id"] << " " << key;
    }
  }
  EXPECT_TRUE(std::filesystem::exists(scratch / "r/report.xml"));
  EXPECT_TRUE(std::filesystem::exists(scratch / "r/report.md"));
}

TEST(Golden, OneAlteredValueMakesAnHonestImplementationFail) {
  // Honest plug-ins agree with the golden fixtures; once one number is another, in all the forms it is stored in and
  // with a digest that fits, they must not: expected values come from the file and from nowhere else. One plug-in
  // declares a contract and one (right on models that rotate whole heads) does not.
  using Alter = void (*)(fixtures::Fixture&);
  struct Alteration {
    const char* check;
    Alter alter;
  };
  const std::array<Alteration, 3> alterations{{
      {"golden-table",
       [](fixtures::Fixture& f) {
         const std::size_t at = 3 * f.pairs() + 7;  // below the model's limit
         f.cos[at].hi = 0.25;
         for (DType dtype : tensor_dtypes) {
           f.cos_bits[tensor_index(dtype)][at] = static_cast<std::uint32_t>(round_to_bits(dtype, 0.25));
         }
       }},
      {"golden-table",
       [](fixtures::Fixture& f) {
         f.sin.at(9).hi = 0.5;
         for (DType dtype : tensor_dtypes) {
           f.sin_bits[tensor_index(dtype)].at(9) = static_cast<std::uint32_t>(round_to_bits(dtype, 0.5));
         }
       }},
      {"golden-rotation",
       [](fixtures::Fixture& f) {
         f.rotation[0].q_forward_f64.at(33) += 0.125;
         f.rotation[0].q_forward.at(33) =
             static_cast<std::uint32_t>(round_to_bits(DType::f32, f.rotation[0].q_forward_f64.at(33)));
       }},
  }};
  for (const std::string& library : {bundled("careful"), bundled("one-rounding")}) {
    for (const Alteration& alteration : alterations) {
      const ScratchFolder scratch;
      fixtures::Fixture fixture = fixtures::read(golden_folder() + "/llama-3-8b.h5");
      const std::vector<std::string> arguments{"--impl", library,      "--model",    "llama-3-8b", "--dtype",
                                               "fp32",   "--fixtures", scratch / "", "--out",      scratch / "report"};
      fixtures::write(fixture, scratch / "llama-3-8b.h5");
      ASSERT_EQ(run_tool(arguments).exit_code, 0) << library;
      alteration.alter(fixture);
      fixtures::write(fixture, scratch / "llama-3-8b.h5");
      EXPECT_EQ(run_tool(arguments).exit_code, 1) << library;
      const json report = read_report(scratch / "report");
      for (const json& check : report["checks"]) {
        EXPECT_TRUE(check["id"] != alteration.check || check["verdict"] == "fail") << check["id"] << check["verdict"];
      }
    }
  }
}

TEST(Golden, AFixtureThatContradictsItselfIsNotUsed) {
  const ScratchFolder scratch;
  fixtures::Fixture fixture = fixtures::read(golden_folder() + "/llama-3-8b.h5");
  fixture.cos_bits[0].at(40) ^= 1U;
  fixtures::write(fixture, scratch / "llama-3-8b.h5");
  const ToolResult result =
      run_tool({"--impl", bundled("careful"), "--fixtures", scratch / "", "--out", scratch / "r"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("contradicts itself"));
}

TEST(Report, OfAnEarlierRunDoesNotOutliveAFailedOne) {
  const ScratchFolder scratch;
  ASSERT_EQ(run_tool({"--impl", bundled("usual"), "--fixtures", golden_folder(), "--out", scratch / "r"}).exit_code, 0);
  ASSERT_EQ(run_tool({"--impl", scratch / "gone.so", "--fixtures", golden_folder(), "--out", scratch / "r"}).exit_code,
            3);
  EXPECT_FALSE(std::filesystem::exists(scratch / "r/report.xml"));
}

TEST(Maths, IsNotCalledRightByChecksThatCannotSeeIt) {
  const ScratchFolder scratch;
  const ToolResult result = run_tool({"--impl", faulty("freq-bf16"), "--fixtures", golden_folder(), "--check",
                                      "relative-position", "--out", scratch / "r"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.out, Not(HasSubstr("right")));
}

TEST(ShortModels, HonestImplementationsAreNotBlamed) {
  for (int limit : {1, 2, 7, 20, 36}) {
    const ScratchFolder scratch;
    write_text(scratch / "short.json", R"({"model_type": "llama", "hidden_size": 256, "num_attention_heads": 4,
                                           "max_position_embeddings": )" +
                                           std::to_string(limit) + "}");
    const ToolResult result = run_tool({"--impl", bundled("careful"), "--config", scratch / "short.json", "--profile",
                                        "smoke", "--out", scratch / "r"});
    EXPECT_TRUE(result.exit_code == 0 || (limit < 4 && result.exit_code == 5)) << limit << result.out << result.err;
  }
}

TEST(Reproduce, RepeatsOneCaseInFull) {
  const ScratchFolder scratch;
  const std::string id = "golden-rotation/llama-3.1-8b/bf16/interleaved";
  const ToolResult good = run_tool({"reproduce", id, "--impl", bundled("usual"), "--fixtures", golden_folder()});
  EXPECT_EQ(good.exit_code, 0) << good.err;
  for (const char* text : {"verdict   pass", "position", "exact", "expected", "got", "0x", "sha256:"}) {
    EXPECT_THAT(good.out, HasSubstr(text));
  }
  const ToolResult bad = run_tool({"reproduce", id, "--impl", faulty("sign-flip"), "--fixtures", golden_folder()});
  EXPECT_EQ(bad.exit_code, 1) << bad.err;
  EXPECT_THAT(bad.out, HasSubstr("[sign-flip]"));
  const ToolResult none = run_tool({"reproduce", "golden-rotation/x", "--impl", bundled("usual")});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("not a case id"));
}

TEST(Run, OnlySomeChecksAreInconclusive) {
  const ScratchFolder scratch;
  const ToolResult result = run_tool(
      {"--impl", bundled("usual"), "--fixtures", golden_folder(), "--check", "golden-*", "--out", scratch / "r"});
  EXPECT_EQ(result.exit_code, 5) << result.out;
}

TEST(Run, SeveralImplementationsShareTheWorstCode) {
  const ScratchFolder scratch;
  const ToolResult result = run_tool({"--impl", bundled("usual"), "--impl", faulty("pos-off-by-one"), "--impl",
                                      "absent.so", "--fixtures", golden_folder(), "--out", scratch / "r"});
  EXPECT_EQ(result.exit_code, 3) << "not loadable outranks not conforming";
  EXPECT_EQ(read_report(scratch / "r/usual")["exit_code"], 0);
  EXPECT_EQ(read_report(scratch / "r/pos-off-by-one")["exit_code"], 1);
}

}  // namespace
}  // namespace rope::conformance
