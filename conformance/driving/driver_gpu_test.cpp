// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The driver with an error on a GPU that stays with its process. Without a GPU the test is skipped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/driving/driver.hpp"
#include "conformance/driving/testing/driving.hpp"

namespace rope::conformance {
namespace {

using ::testing::HasSubstr;
using Status = RotateAnswer::Status;

TEST(DriverOnAGpu, AnIllegalAddressDoesNotSpoilTheNextRequest) {
  Driver driver(worker_options(), plugin("cuda/illegal-address"));
  const auto loaded = driver.load();
  ASSERT_TRUE(std::holds_alternative<Description>(loaded)) << std::get<LoadProblem>(loaded).message;
  const RotateAnswer illegal = driver.rotate(small_request(DType::f16));
  if (illegal.message.find("no CUDA device") != std::string::npos) GTEST_SKIP() << illegal.message;
  EXPECT_EQ(illegal.status, Status::failed);
  EXPECT_THAT(illegal.message, HasSubstr("returned ROPE_ERROR"));
  EXPECT_THAT(illegal.message, HasSubstr("cudaErrorIllegalAddress"));
  const RotateAnswer next = driver.rotate(small_request(DType::f32));
  EXPECT_EQ(next.status, Status::ok) << next.message;
  EXPECT_EQ(driver.restarts(), 1);
}

}  // namespace
}  // namespace rope::conformance
