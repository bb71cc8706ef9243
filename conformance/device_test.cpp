// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Implementations with memory of their own, through the tool: nothing of ours touches that memory, and a device that is
// not waited for is found out. OpenCL brings a real runtime, where one is installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;

std::string on_device(const std::string& name) {
  return bundled("device/" + name);
}

ToolResult check(const std::string& library, const ScratchFolder& scratch) {
  return run_tool(
      {"--impl", library, "--fixtures", golden_folder(), "--model", "llama-3.1-8b", "--out", scratch / "report"});
}

void expect_right_in_all_dtypes(const ToolResult& result, const json& report) {
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("CONFORMS"));
  EXPECT_THAT(result.out, HasSubstr("nothing written outside the outputs, inputs left alone"));
  std::vector<std::string> dtypes;
  for (const json& grade : report["grades"]) {
    dtypes.push_back(grade["dtype"]);
    EXPECT_LE(grade["ratio"].get<double>(), 1) << grade;
    EXPECT_GT(grade["ratio"].get<double>(), 0.05) << "a bound this far away would see nothing";
  }
  EXPECT_EQ(dtypes, (std::vector<std::string>{"fp32", "fp16", "bf16"}));
  for (const json& check : report["checks"]) {
    EXPECT_THAT((std::vector<std::string>{"pass", "not-observable", "unsupported", "measured"}),
                Contains(check["verdict"].get<std::string>()))
        << check["id"];
  }
}

TEST(Device, UnreadableMemoryConformsSoNothingOfOursReadsIt) {
  const ScratchFolder scratch;
  const ToolResult result = check(on_device("unreadable"), scratch);
  const json report = read_report(scratch / "report");
  expect_right_in_all_dtypes(result, report);
  ASSERT_FALSE(report["bits"].empty());
  for (const json& bits : report["bits"]) EXPECT_EQ(bits["equal"], bits["compared"]) << bits;
}

TEST(Device, OneThatIsNotWaitedForLeavesWhatWasThere) {
  const ScratchFolder scratch;
  const ToolResult result = check(on_device("unreadable-no-wait"), scratch);
  EXPECT_EQ(result.exit_code, 1) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("elements of q_out unwritten"));
  EXPECT_THAT(result.out, HasSubstr("elements of k_out unwritten"));
}

TEST(Device, TheCudaKernelsBlocksConformOnTheHost) {
  const ScratchFolder scratch;
  const ToolResult result =
      run_tool({"--impl", on_device("cuda-on-host"), "--profile", "smoke", "--out", scratch / "report"});
  const json report = read_report(scratch / "report");
  expect_right_in_all_dtypes(result, report);
  for (const json& check : report["checks"]) EXPECT_EQ(check["verdict"], "pass") << check["id"];
  for (const json& grade : report["grades"]) EXPECT_EQ(grade["grade"], "better") << grade;
}

TEST(Device, OpenClConforms) {
  if (!std::filesystem::exists(on_device("opencl"))) {
    GTEST_SKIP() << "device/opencl.so was not built: OpenCL's headers or its loader are missing (ocl-icd-opencl-dev)";
  }
  setenv("POCL_CACHE_DIR", ROPE_POCL_CACHE, 0);
  const ScratchFolder scratch;
  const ToolResult result = check(on_device("opencl"), scratch);
  const std::string said = result.out + read_text(scratch / "report/report.md");
  if (said.find("pocl-opencl-icd brings one") != std::string::npos) {
    GTEST_SKIP() << "no OpenCL platform or device is installed (pocl-opencl-icd)";
  }
  expect_right_in_all_dtypes(result, read_report(scratch / "report"));
}

// The plug-in's own word where there is no platform: the tool must pass it on, with what to install.
TEST(Device, OpenClWithoutAPlatformSaysWhatToInstall) {
  if (!std::filesystem::exists(on_device("opencl"))) GTEST_SKIP() << "device/opencl.so was not built";
  const ScratchFolder scratch;
  setenv("OCL_ICD_VENDORS", (scratch.path() / "none").c_str(), 1);  // ocl-icd's list of platforms: an absent folder
  const ToolResult result = check(on_device("opencl"), scratch);
  unsetenv("OCL_ICD_VENDORS");
  EXPECT_EQ(result.exit_code, 1) << result.out << result.err;
  EXPECT_THAT(read_text(scratch / "report/report.md"), HasSubstr("pocl-opencl-icd brings one"));
}

}  // namespace
}  // namespace rope::conformance
