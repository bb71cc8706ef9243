// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// bench gpu from end to end on a device that is the host, with the CUDA plug-in's arithmetic: buffers that rotate,
// inputs that repeat, outputs that are looked at, and the report.
#include "conformance/bench/gpu/device_methods.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "conformance/bench/gpu/runtime.hpp"
#include "conformance/bench/measure.hpp"
#include "conformance/bench/report.hpp"

namespace rope::bench::kernels {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<rope_pairing> both{ROPE_HALF_SPLIT, ROPE_INTERLEAVED};

/// A report of one group, of 24 tokens whose inputs repeat after 10.
Report report_of(const std::string& plugin, rope_dtype dtype) {
  Deadline deadline(60);
  std::vector<Plugin> plugins;
  plugins.emplace_back(std::string(ROPE_IMPLS_FOLDER) + plugin, true, deadline);
  const Work work({"long", 1, 24}, dtype, 10);
  Report report;
  report.device = runtime::this_device();
  report.rounds = 3;
  report.plugins = {plugins.front().name()};
  const DeviceArrays arrays(work, report.device);
  DeviceClock clock;
  report.groups.push_back(
      measure(device_entrants(plugins, both, work, arrays, clock, deadline), work, 0, 3, [](int) {}));
  return report;
}

TEST(DeviceArrays, ExceedTheCacheTwiceAndRepeatWhatTheHostHolds) {
  const Work work({"long", 1, 24}, ROPE_BF16, 10);
  Device device = runtime::this_device();
  device.cache_bytes = static_cast<std::int64_t>(work.bytes) * 5;
  const DeviceArrays arrays(work, device);
  EXPECT_GE(arrays.count() * 2 * work.bytes, 2 * static_cast<std::size_t>(device.cache_bytes));
  EXPECT_EQ(arrays.count(), 6U);
  for (std::size_t n = 0; n < arrays.count(); ++n) {
    for (std::int64_t token = 0; token < 24; ++token) {
      const auto t = static_cast<std::size_t>(token), held = static_cast<std::size_t>(token % 10);
      EXPECT_EQ(std::memcmp(arrays.in(n) + t * work.q_row_bytes(), work.in.data() + held * work.q_row_bytes(),
                            work.q_row_bytes()),
                0);
      EXPECT_EQ(std::memcmp(arrays.in(n) + work.q_bytes + t * work.k_row_bytes(),
                            work.in.data() + 10 * work.q_row_bytes() + held * work.k_row_bytes(), work.k_row_bytes()),
                0);
    }
    EXPECT_EQ(arrays.rows(n), work.input_rows());
  }
}

TEST(BenchGpuOnTheHost, MeasuresBothPairingsInEachDtypeAndFindsThemRight) {
  for (const rope_dtype dtype : {ROPE_F32, ROPE_F16, ROPE_BF16}) {
    const Report report = report_of("/device/cuda-on-host.so", dtype);
    const std::vector<Result>& results = report.groups.front().results;
    ASSERT_EQ(results.size(), 5U);
    for (std::size_t m = 0; m < results.size(); ++m) {
      EXPECT_EQ(results[m].left_out, "");
      EXPECT_EQ(results[m].seconds.size(), 3U);
      if (m == 0) continue;
      EXPECT_LE(results[m].errors.units, 1.0625);  // tier A
      EXPECT_GT(results[m].errors.units, 0.7);
      EXPECT_FALSE(results[m].errors.wrong());
    }
    EXPECT_EQ(outcome_of(report).exit_code(), 0);
  }
}

TEST(BenchGpuOnTheHost, TheReportNamesTheDeviceAndItsShareOfThePeak) {
  const Report report = report_of("/device/cuda-on-host.so", ROPE_BF16);
  const std::string text = tables_of(report, Form::text);
  for (const char* words :
       {"bench gpu: as multiples of the time that a device copy takes", "the host, 1 multiprocessors",
        "device copy, us", "device copy, of peak", "long: q [1, 24, 32, 128], k with 8 heads\n"}) {
    EXPECT_THAT(text, HasSubstr(words));
  }
  EXPECT_THAT(text, Not(HasSubstr("memcpy")));
  const auto json = nlohmann::json::parse(json_text(report));
  EXPECT_EQ(json.at("bench"), "gpu");
  EXPECT_EQ(json.at("device").at("peak_gigabytes_per_second"), 100.0);
  const auto& group = json.at("groups").at(0);
  EXPECT_TRUE(group.at("threads").is_null());
  EXPECT_EQ(group.at("methods").at(0).at("kind"), "device-copy");
  for (const auto& method : group.at("methods")) {
    EXPECT_DOUBLE_EQ(method.at("share_of_peak"), method.at("gigabytes_per_second").get<double>() / 100);
    EXPECT_GT(method.at("against_device_copy").at("of_medians"), 0.0);
  }
}

TEST(BenchGpuOnTheHost, APlugInOfTheHostsMemoryIsRefusedByName) {
  Deadline deadline(60);
  try {
    const Plugin plugin(std::string(ROPE_IMPLS_FOLDER) + "/fused.so", true, deadline);
    FAIL() << "accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("fused.so: its tensors lie in the host's memory"));
  }
}

}  // namespace
}  // namespace rope::bench::kernels
