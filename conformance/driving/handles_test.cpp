// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Several handles beside each other, calls at once, and export_inv_freq, as the driver asks for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "conformance/driving/driver.hpp"
#include "conformance/driving/testing/driving.hpp"

namespace rope::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Status = RotateAnswer::Status;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

RotateRequest by_handle(int handle, double theta) {
  RotateRequest request = small_request();
  request.spec.theta = theta;
  request.handle = handle;
  return request;
}

/// `rows` rows of the small request's three tokens and a fourth, so that every row begins as aligned as the first.
RotateRequest rows_at_once(int rows, int threads, bool handle_each) {
  RotateRequest request = small_request();
  request.positions.push_back(6);
  request.q.insert(request.q.end(), request.q.begin(), request.q.begin() + 16);
  request.k.insert(request.k.end(), request.k.begin(), request.k.begin() + 8);
  const RotateRequest one = request;
  request.batch = rows;
  for (int row = 1; row < rows; ++row) {
    for (const std::int64_t p : one.positions) request.positions.push_back(p + row);
    request.q.insert(request.q.end(), one.q.begin(), one.q.end());
    request.k.insert(request.k.end(), one.k.begin(), one.k.end());
  }
  request.threads = threads;
  request.handle_each = handle_each;
  return request;
}

RotateAnswer asked(const std::string& library, const RotateRequest& request, const char* odd = "none") {
  const Odd set(odd);
  Driver driver(worker_options(), library);
  const auto loaded = driver.load();
  if (const auto* problem = std::get_if<LoadProblem>(&loaded)) {
    ADD_FAILURE() << problem->message;
    return {};
  }
  return driver.rotate(request);
}

TEST(Handles, StayOpenBesideEachOtherUntilOneWithoutNumberComes) {
  const Odd odd("none");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_TRUE(std::holds_alternative<Description>(driver.load()));
  for (int turn = 0; turn < 3; ++turn) {
    for (int handle : {1, 2, 7}) {
      ASSERT_EQ(driver.rotate(by_handle(handle, 1000.0 * handle)).status, Status::ok);
    }
  }
  EXPECT_EQ(count(driver.captured_output(), "prepare\n"), 3U);
  ASSERT_EQ(driver.rotate(by_handle(0, 1000)).status, Status::ok);
  ASSERT_EQ(driver.rotate(by_handle(2, 2000)).status, Status::ok);
  EXPECT_EQ(count(driver.captured_output(), "prepare\n"), 5U) << "2 was closed by 0";
}

TEST(Handles, OneWhoseCloseWentWrongIsPreparedAgain) {
  Driver driver(worker_options(), plugin("hostile/throws-in-close"));
  ASSERT_TRUE(std::holds_alternative<Description>(driver.load()));
  const RotateRequest request = by_handle(2, 1000);
  const RotateAnswer first = driver.rotate(request);
  ASSERT_EQ(first.status, Status::ok) << first.message;
  const RotateAnswer closing = driver.rotate(by_handle(0, 1000));
  EXPECT_EQ(closing.status, Status::failed);
  EXPECT_THAT(closing.message, HasSubstr("close let a C++ exception escape"));
  const RotateAnswer again = driver.rotate(request);
  EXPECT_EQ(again.status, Status::ok) << again.message;
  EXPECT_EQ(again.q, first.q);
}

TEST(Handles, EachHasItsOwnSpec) {
  Driver driver(worker_options(), plugin("careful"));
  ASSERT_TRUE(std::holds_alternative<Description>(driver.load()));
  for (int handle : {1, 2, 1, 3, 2, 1}) {
    const RotateRequest request = by_handle(handle, 100.0 * handle);
    const RotateAnswer answer = driver.rotate(request);
    ASSERT_EQ(answer.status, Status::ok) << answer.message;
    EXPECT_EQ(answer.q, exact_q(request)) << handle;
  }
}

TEST(Handles, EachHasItsOwnSuppliedTables) {
  Driver driver(worker_options(), plugin("careful"));
  ASSERT_TRUE(std::holds_alternative<Description>(driver.load()));
  for (int handle : {1, 2, 1, 2}) {
    RotateRequest request = by_handle(handle, 100.0 * handle);
    const RotateAnswer plain = driver.rotate(request);
    request.arrangement.source = AngleSource::tables;
    request.handle += 2;
    const RotateAnswer by_tables = driver.rotate(request);
    ASSERT_EQ(by_tables.status, Status::ok) << by_tables.message;
    for (std::size_t n = 0; n < plain.q.size(); ++n) {
      EXPECT_NEAR(to_double(DType::f32, plain.q[n]), to_double(DType::f32, by_tables.q[n]), 1e-5) << handle;
    }
  }
}

TEST(CallsAtOnce, GiveWhatEachGivesAlone) {
  for (const char* library : {"careful", "fused", "device/unreadable"}) {
    for (const bool handle_each : {false, true}) {
      RotateRequest request = rows_at_once(10, 4, handle_each);
      const RotateAnswer at_once = asked(plugin(library), request);
      ASSERT_EQ(at_once.status, Status::ok) << library << ": " << at_once.message;
      EXPECT_THAT(at_once.memory_faults, IsEmpty());
      request.threads = 0;
      request.handle_each = false;
      const RotateAnswer plain = asked(plugin(library), request);
      ASSERT_EQ(plain.status, Status::ok) << plain.message;
      EXPECT_EQ(at_once.q, plain.q) << library;
      EXPECT_EQ(at_once.k, plain.k) << library;
    }
  }
}

TEST(CallsAtOnce, EachHasAPartOfTheWorkspaceAndItsOwnOffset) {
  for (const char* odd : {"workspace", "batch-offset-only", "int32-only", "in-place-only", "sbhd-only"}) {
    RotateRequest request = rows_at_once(5, 3, true);
    for (std::size_t n = 0; n < request.positions.size(); ++n) {
      request.positions[n] = static_cast<std::int64_t>(n / 4 * 10 + n % 4);
    }
    const RotateAnswer answer = asked(odd_plugin(), request, odd);
    ASSERT_EQ(answer.status, Status::ok) << odd << ": " << answer.message;
    EXPECT_EQ(answer.q, request.q) << odd;
    EXPECT_THAT(answer.memory_faults, IsEmpty()) << odd;
  }
}

TEST(CallsAtOnce, HaveNoMoreWorkspaceThanOneCallMay) {
  const RotateAnswer answer = asked(odd_plugin(), rows_at_once(4, 3, true), "workspace-large");
  EXPECT_EQ(answer.status, Status::unsupported);
  EXPECT_THAT(answer.message, HasSubstr("a workspace of 314572800 bytes for each of 4 calls; the suite gives at most"));
}

TEST(CallsAtOnce, RowsAreAlignedAsTheImplementationAsks) {
  const RotateAnswer answer = asked(odd_plugin(), rows_at_once(5, 3, true), "alignment-256");
  EXPECT_EQ(answer.status, Status::unsupported);
  EXPECT_THAT(answer.message, HasSubstr("do not begin at multiples of 256 bytes"));
}

TEST(CallsAtOnce, WhatOneOfThemDoesWrongIsTheAnswer) {
  const RotateRequest request = rows_at_once(4, 2, true);
  const RotateAnswer error = asked(plugin("hostile/error-in-apply"), request);
  EXPECT_EQ(error.status, Status::failed);
  EXPECT_THAT(error.message, HasSubstr("apply returned ROPE_ERROR: the device fell off the bus"));
  const RotateAnswer of_thread = asked(odd_plugin(), request, "fails-on-its-thread");
  EXPECT_EQ(of_thread.status, Status::failed);
  EXPECT_THAT(of_thread.message, HasSubstr("apply returned ROPE_ERROR: the thread that failed knows why"));
  const RotateAnswer thrown = asked(plugin("hostile/throws-in-apply"), request);
  EXPECT_EQ(thrown.status, Status::failed);
  EXPECT_THAT(thrown.message, HasSubstr("let a C++ exception escape"));
  EXPECT_EQ(asked(plugin("hostile/crash-in-apply"), request).status, Status::crashed);
  const RotateAnswer beyond = asked(plugin("hostile/writes-past-the-end"), request);
  EXPECT_FALSE(beyond.memory_faults.empty());
  const RotateAnswer environment = asked(plugin("hostile/leaves-ftz-on"), request);
  EXPECT_THAT(environment.fp_environment, HasSubstr("flush-to-zero"));
}

TEST(CallsAtOnce, AThreadThatCannotBeStartedIsNoFaultOfTheImplementation) {
  const Odd odd("no-more-threads");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_TRUE(std::holds_alternative<Description>(driver.load()));
  try {
    const RotateAnswer answer = driver.rotate(rows_at_once(4, 4, true));
    FAIL() << "the implementation is told: " << answer.message;
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(" of 4 cannot be started"));
  }
}

TEST(CallsAtOnce, RequestsThatMakeNoSenseAreRefused) {
  Driver driver(worker_options(), plugin("careful"));
  ASSERT_TRUE(std::holds_alternative<Description>(driver.load()));
  RotateRequest request = rows_at_once(4, 8, false);
  EXPECT_THROW(driver.rotate(request), std::invalid_argument) << "more threads than handles";
  request = rows_at_once(4, 2, false);
  request.handle = 1;
  EXPECT_THROW(driver.rotate(request), std::invalid_argument);
  request = rows_at_once(33, 2, false);
  const RotateAnswer many = driver.rotate(request);
  EXPECT_EQ(many.status, Status::unsupported);
  EXPECT_THAT(many.message, HasSubstr("too many calls at once"));
}

TEST(InvFreq, IsWhatTheHandleHandsOut) {
  RotateRequest request = small_request();
  request.export_inv_freq = true;
  const RotateAnswer answer = asked(plugin("careful"), request);
  ASSERT_EQ(answer.inv_freq.size(), 4U) << answer.message;
  for (int pair = 0; pair < 4; ++pair) {
    const double exact = std::pow(request.spec.theta, -2.0 * pair / request.spec.rotary_dim);
    EXPECT_NEAR(answer.inv_freq[static_cast<std::size_t>(pair)], exact, 1e-15);
  }
  EXPECT_EQ(asked(odd_plugin(), request, "export").inv_freq, std::vector<double>(4, 1.0));
  EXPECT_TRUE(std::isnan(asked(odd_plugin(), request, "export-nan").inv_freq.at(3))) << "no JSON number, and told";
}

TEST(InvFreq, AbsentRefusedAndWrong) {
  RotateRequest request = small_request();
  request.export_inv_freq = true;
  const RotateAnswer absent = asked(odd_plugin(), request);
  EXPECT_EQ(absent.status, Status::ok);
  EXPECT_EQ(absent.no_inv_freq, "odd has no export_inv_freq");
  const RotateAnswer refused = asked(odd_plugin(), request, "export-refused");
  EXPECT_EQ(refused.status, Status::ok);
  EXPECT_FALSE(refused.no_inv_freq.empty());
  const RotateAnswer error = asked(odd_plugin(), request, "export-error");
  EXPECT_EQ(error.status, Status::failed);
  EXPECT_THAT(error.message, HasSubstr("export_inv_freq returned ROPE_ERROR"));
  const RotateAnswer more = asked(odd_plugin(), request, "export-too-many");
  EXPECT_EQ(more.status, Status::failed);
  EXPECT_THAT(more.message, HasSubstr("wrote more than the 4 numbers"));
}

TEST(Description, WhatALaterHeaderHasIsNamedAndNotAskedFor) {
  const struct {
    const char* odd;
    const char* named;
  } cases[] = {
      {"unknown-flag", "bits 0x8000000000000000 of describe's field flags"},
      {"out-of-range-9", "number 9 of describe's field out_of_range"},
      {"contract-of-unknown-dtype", "the contract of dtype 9 in describe's contracts"},
  };
  for (const auto& one : cases) {
    const Odd odd(one.odd);
    Driver driver(worker_options(), odd_plugin());
    const auto loaded = driver.load();
    ASSERT_TRUE(std::holds_alternative<Description>(loaded)) << std::get<LoadProblem>(loaded).message;
    const auto& description = std::get<Description>(loaded);
    EXPECT_THAT(description.unknown_claims, ::testing::ElementsAre(one.named));
    EXPECT_EQ(description.flags >> 63, 0U);
    EXPECT_EQ(description.out_of_range, ROPE_OUT_OF_RANGE_UNDEFINED);
    EXPECT_LE(description.contracts.size(), 1U);
  }
}

}  // namespace
}  // namespace rope::conformance
