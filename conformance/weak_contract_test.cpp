// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Declaring a weak or vacuous contract never turns a fail into a pass: real plug-ins that do what their contracts say,
// through the tool, without and with --accept-declared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Weak {
  std::string plugin;
  std::string reason;        // why the contract is below the floor
  std::string nothing_from;  // position from which the contract says nothing; empty: it always says something
  friend void PrintTo(const Weak& one, std::ostream* out) { *out << one.plugin; }
};

class WeakContractTest : public ::testing::TestWithParam<Weak> {
 protected:
  ToolResult run(bool accept) {
    std::vector<std::string> arguments{"--impl", faulty(GetParam().plugin), "--profile", "smoke", "--model", "qwen3-8b",
                                       "--out",  scratch / "report"};
    if (accept) arguments.emplace_back("--accept-declared");
    return run_tool(arguments);
  }
  /// Verdicts and messages of the checks that hold outputs against the truth.
  std::vector<json> golden() {
    std::vector<json> out;
    const json report = read_report(scratch / "report");
    for (const json& check : report["checks"]) {
      const std::string id = check["id"];
      if (id != "golden-table" && id != "golden-rotation" && id != "long-context") continue;
      for (json one : check["cases"]) {
        one["check"] = id;
        out.push_back(std::move(one));
      }
    }
    EXPECT_GE(out.size(), 9U) << "three checks in three dtypes";
    return out;
  }
  const ScratchFolder scratch;
};

TEST_P(WeakContractTest, FailsUndeclaredOrNot) {
  EXPECT_EQ(run(false).exit_code, 1);
  for (const json& one : golden()) EXPECT_EQ(one["verdict"], "fail") << one;
}

TEST_P(WeakContractTest, IsAcceptedOnlyWhereItSaysSomething) {
  const ToolResult result = run(true);
  const bool says_nothing = !GetParam().nothing_from.empty();
  EXPECT_EQ(result.exit_code, says_nothing ? 1 : 0) << result.out << result.err;
  for (const json& one : golden()) {
    const std::string message = one["message"];
    EXPECT_EQ(one["verdict"], says_nothing ? "fail" : "warning") << one;
    if (!says_nothing && one["check"] == "long-context") continue;  // has more to say of positions past the limit
    EXPECT_THAT(message, HasSubstr(GetParam().reason));
    if (says_nothing) {
      EXPECT_THAT(message, StartsWith("as declared, below floor: "));
      EXPECT_THAT(message, EndsWith("the contract says nothing from position " + GetParam().nothing_from +
                                    " on; --accept-declared cannot accept that"));
    } else {
      EXPECT_THAT(message, EndsWith("accepted by --accept-declared"));
    }
  }
}

// qwen3-8b: theta 1e6, so pair 1 has 0.806, which bf16 rounds by up to 2^-9: pi/3 is 536.2 of that.
INSTANTIATE_TEST_SUITE_P(Each, WeakContractTest,
                         ::testing::Values(Weak{"freq-bf16-pinned", "inv_freq is held in bf16", ""},
                                           Weak{"freq-bf16-bounded", "inv_freq is held in bf16", "537"},
                                           Weak{"trig-coarse", "ulp", ""}, Weak{"identity-far", "ulp", "0"}),
                         [](const auto& instance) {
                           std::string name = instance.param.plugin;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace rope::conformance
