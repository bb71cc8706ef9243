// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The wrappers conform over the catalogue in every dtype that they claim, asked for all that they claim and nothing
// else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

using Ids = std::set<std::string>;

struct Wrapper {
  const char* name;
  std::vector<std::string> dtypes;
  const char* scope;  // what the suite supplies
  Ids not_asked;      // checks of which nothing is claimed, or nothing can be seen: who is given tables has no families
  friend void PrintTo(const Wrapper& one, std::ostream* out) { *out << one.name; }
};

class WrapperTest : public ::testing::TestWithParam<Wrapper> {};

TEST_P(WrapperTest, ConformsInAllThatItClaims) {
  const ScratchFolder scratch;
  const ToolResult result = run_tool({"--impl", bundled(std::string("wrappers/") + GetParam().name), "--profile",
                                      "smoke", "--out", scratch / "report"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("CONFORMS"));
  const json report = read_report(scratch / "report");
  std::vector<std::string> dtypes;
  for (const json& grade : report["grades"]) {
    dtypes.push_back(grade["dtype"]);
    EXPECT_NE(grade["grade"], "fail");
  }
  EXPECT_EQ(dtypes, GetParam().dtypes);
  EXPECT_THAT(report["scope"]["computed"].get<std::string>(), HasSubstr(GetParam().scope));
  Ids not_asked;
  for (const json& check : report["checks"]) {
    const std::string id = check["id"];
    std::size_t judged = 0;
    for (const json& one : check["cases"]) {
      const std::string verdict = one["verdict"];
      const bool right = verdict == "pass" || verdict == "warning";
      EXPECT_TRUE(right || verdict == "unsupported" || verdict == "not-observable") << one;
      judged += right ? 1 : 0;
      // What is refused has a reason.
      EXPECT_TRUE(right || !one["message"].get<std::string>().empty()) << one;
    }
    if (judged == 0) not_asked.insert(id);
  }
  EXPECT_EQ(not_asked, GetParam().not_asked);
}

INSTANTIATE_TEST_SUITE_P(
    Each, WrapperTest,
    ::testing::Values(
        Wrapper{"flash-rotary",
                {"fp32", "fp16", "bf16"},
                "rotation alone: the tables",
                {"position-axes", "must-support", "negative-positions", "inv-freq", "families", "multi-axis"}},
        Wrapper{"vllm-rotary",
                {"fp32", "fp16", "bf16"},
                "rotation alone: the tables",
                {"inverse", "offsets", "in-place", "strides", "packed", "position-out-of-range", "backward-adjoint",
                 "position-axes", "must-support", "negative-positions", "inv-freq", "families", "multi-axis"}},
        Wrapper{"te-rotary",
                {"fp32", "fp16", "bf16"},
                "trigonometry + rotation: the angles",
                {"in-place", "position-out-of-range", "position-axes", "must-support", "negative-positions", "inv-freq",
                 "families", "multi-axis"}},
        Wrapper{"onnx-rotary",
                {"fp32", "fp16", "bf16"},
                "rotation alone: the tables",
                {"inverse", "in-place", "strides", "packed", "backward-adjoint", "position-axes", "must-support",
                 "negative-positions", "inv-freq", "families", "multi-axis"}},
        Wrapper{"ggml-rope",
                {"fp32", "fp16"},
                "table + rotation",
                {"packed", "position-out-of-range", "position-axes", "must-support", "negative-positions", "inv-freq",
                 "multi-axis"}}),
    [](const auto& instance) {
      std::string name = instance.param.name;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

}  // namespace
}  // namespace rope::conformance
