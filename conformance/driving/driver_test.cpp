// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The driver with implementations that behave: right numbers, reuse of handles, claims that are respected, faults of
// memory that are seen.
#include "conformance/driving/driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/driving/testing/driving.hpp"

namespace rope::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Status = RotateAnswer::Status;

std::string load_problem(Driver& driver) {
  const auto loaded = driver.load();
  const auto* problem = std::get_if<LoadProblem>(&loaded);
  return problem == nullptr ? "" : problem->message;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

// One request to the odd plug-in.
RotateAnswer rotate_odd(const char* odd, const RotateRequest& request = small_request()) {
  const Odd set(odd);
  Driver driver(worker_options(), odd_plugin());
  const std::string problem = load_problem(driver);
  if (!problem.empty()) {
    ADD_FAILURE() << odd << ": " << problem;
    return {};
  }
  return driver.rotate(request);
}

TEST(Driver, OfCallsRunByRunTheOneThatFailedIsTheAnswer) {
  RotateRequest request = small_request();
  request.export_inv_freq = true;
  const RotateAnswer exported = rotate_odd("export-offset-only", request);
  ASSERT_EQ(exported.status, Status::ok) << exported.message;
  EXPECT_EQ(exported.used.positions, PositionsAs::call_each);
  EXPECT_EQ(exported.q, request.q);
  EXPECT_EQ(exported.k, request.k);
  EXPECT_EQ(exported.inv_freq, std::vector<double>(4, 1.0));
  const RotateAnswer failed = rotate_odd("offset-only-fails", request);
  EXPECT_EQ(failed.status, Status::failed);
  EXPECT_EQ(failed.function, "apply");
  EXPECT_EQ(failed.returned, ROPE_INVALID_ARGUMENT);
  EXPECT_TRUE(failed.wrote_outputs);
  EXPECT_THAT(failed.q, IsEmpty());
}

TEST(Driver, CarefulPluginGivesCorrectlyRoundedValues) {
  Driver driver(worker_options(), plugin("careful"));
  const auto loaded = driver.load();
  ASSERT_TRUE(std::holds_alternative<Description>(loaded)) << std::get<LoadProblem>(loaded).message;
  EXPECT_EQ(std::get<Description>(loaded).name, "careful");
  for (const DType dtype : tensor_dtypes) {
    for (const Pairing pairing : {Pairing::half_split, Pairing::interleaved}) {
      for (const Direction direction : {Direction::forward, Direction::backward}) {
        RotateRequest request = small_request(dtype);
        request.pairing = pairing;
        request.direction = direction;
        const RotateAnswer answer = driver.rotate(request);
        ASSERT_EQ(answer.status, Status::ok) << answer.message;
        EXPECT_EQ(answer.q, exact_q(request)) << name(dtype) << " " << name(pairing);
        EXPECT_EQ(answer.k.size(), request.k.size());
        EXPECT_THAT(answer.memory_faults, IsEmpty());
        EXPECT_FALSE(answer.fp_environment_changed) << answer.fp_environment;
        EXPECT_GT(answer.seconds, 0);
      }
    }
  }
  EXPECT_EQ(driver.restarts(), 0);
}

TEST(Driver, HandleIsReusedWhileTheSpecStays) {
  const Odd odd("none");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_EQ(load_problem(driver), "");
  RotateRequest request = small_request();
  driver.rotate(request);
  request.direction = Direction::backward;
  driver.rotate(request);
  EXPECT_EQ(count(driver.captured_output(), "prepare\n"), 1u);
  request.pairing = Pairing::interleaved;
  driver.rotate(request);
  EXPECT_EQ(count(driver.captured_output(), "prepare\n"), 2u);
  request.max_position = 8192;
  driver.rotate(request);
  EXPECT_EQ(count(driver.captured_output(), "prepare\n"), 3u);
  request.spec.theta = 500000;
  driver.rotate(request);
  EXPECT_EQ(count(driver.captured_output(), "prepare\n"), 4u);
  EXPECT_EQ(count(driver.captured_output(), "apply"), 5u);
}

TEST(Driver, BuffersOfAnySizeInAnyOrder) {
  const Odd odd("none");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_EQ(load_problem(driver), "");
  for (const std::size_t positions : {1u, 1000u, 3u, 0u, 4096u, 2u}) {
    RotateRequest request = small_request(DType::bf16);
    request.positions.assign(positions, 7);
    request.q.assign(positions * 16, 0x3F80);
    request.k.assign(positions * 8, 0x4000);
    const RotateAnswer answer = driver.rotate(request);
    ASSERT_EQ(answer.status, Status::ok) << answer.message;
    EXPECT_EQ(answer.q, request.q);
    EXPECT_EQ(answer.k, request.k);
    EXPECT_THAT(answer.memory_faults, IsEmpty());
  }
}

TEST(Driver, TheSuitesOwnNanInAnInputIsNoFault) {
  RotateRequest request = small_request();
  request.q[3] = 0x7FE5A35C;
  const RotateAnswer answer = rotate_odd("none", request);
  ASSERT_EQ(answer.status, Status::ok) << answer.message;
  EXPECT_EQ(answer.q, request.q);
  EXPECT_THAT(answer.memory_faults, IsEmpty());
}

TEST(Driver, RequestsThatMakeNoSenseAreRefused) {
  const Odd odd("none");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_EQ(load_problem(driver), "");
  RotateRequest request = small_request();
  request.q.pop_back();
  EXPECT_THROW(driver.rotate(request), std::invalid_argument);
  request = small_request();
  request.spec.rotary_dim = 7;
  EXPECT_THROW(driver.rotate(request), std::invalid_argument);
  request = small_request();
  request.dtype = DType::f64;
  EXPECT_THROW(driver.rotate(request), std::invalid_argument);
  EXPECT_THROW(Driver(worker_options(0), odd_plugin()), std::invalid_argument);
}

TEST(Driver, WhatIsNotClaimedIsNotAsked) {
  RotateRequest alone = small_request();
  alone.k_heads = 0;
  alone.k.clear();
  EXPECT_EQ(rotate_odd("none", alone).status, Status::ok);
  const RotateAnswer answer = rotate_odd("no-q-alone", alone);
  EXPECT_EQ(answer.status, Status::unsupported);
  EXPECT_THAT(answer.message, HasSubstr("q without k"));

  Driver fp32_only(worker_options(), plugin("template"));
  ASSERT_EQ(load_problem(fp32_only), "");
  const RotateAnswer bf16 = fp32_only.rotate(small_request(DType::bf16));
  EXPECT_EQ(bf16.status, Status::unsupported);
  EXPECT_THAT(bf16.message, HasSubstr("bf16"));
}

TEST(Driver, QueryThatSaysNoGivesItsReason) {
  const RotateAnswer without = rotate_odd("query-no-reason");
  EXPECT_EQ(without.status, Status::unsupported);
  EXPECT_THAT(without.message, HasSubstr("no reason"));
  const RotateAnswer garbage = rotate_odd("query-reason-garbage");
  EXPECT_EQ(garbage.status, Status::unsupported);
  EXPECT_EQ(garbage.message, "no\\x01\\xc3(yes");
}

TEST(Driver, PositionsInTheFormThatIsClaimed) {
  RotateRequest run = small_request();
  run.positions = {40, 41, 42};
  for (const char* form : {"offset-only", "batch-offset-only", "int32-only"}) {
    EXPECT_EQ(rotate_odd(form, run).status, Status::ok) << form;
  }
  run.positions = {1, 2, std::int64_t{1} << 40};
  const RotateAnswer answer = rotate_odd("int32-only", run);
  EXPECT_EQ(answer.status, Status::unsupported);
  EXPECT_THAT(answer.message, HasSubstr("1099511627776"));
}

TEST(Driver, OffsetCarriesTheFirstPosition) {
  const Odd odd("offset-only");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_EQ(load_problem(driver), "");
  RotateRequest run = small_request();
  run.positions = {40, 41, 42};
  driver.rotate(run);
  EXPECT_THAT(driver.captured_output(), HasSubstr("apply kind 1 dtype 0 offset 40"));
}

TEST(Driver, PositionsThatAreNotConsecutiveAreGivenAsOffsets) {
  const RotateRequest request = small_request();  // 0, 1 and 5
  for (const auto& [form, used, printed] :
       {std::tuple{"offset-only", PositionsAs::call_each, "apply kind 1 dtype 0 offset 5"},
        std::tuple{"batch-offset-only", PositionsAs::row_each, "apply kind 2"}}) {
    const Odd odd(form);
    Driver driver(worker_options(), odd_plugin());
    ASSERT_EQ(load_problem(driver), "");
    const RotateAnswer answer = driver.rotate(request);
    ASSERT_EQ(answer.status, Status::ok) << answer.message;
    EXPECT_EQ(answer.used.positions, used);
    EXPECT_EQ(answer.q, request.q);  // this plug-in copies
    EXPECT_EQ(answer.k, request.k);
    EXPECT_THAT(driver.captured_output(), HasSubstr(printed));
  }
}

TEST(Driver, DeviceMemoryIsThePlugins) {
  RotateRequest request = small_request();
  RotateAnswer answer = rotate_odd("device", request);
  ASSERT_EQ(answer.status, Status::ok) << answer.message;
  EXPECT_EQ(answer.q, request.q);
  EXPECT_EQ(answer.k, request.k);
  EXPECT_THAT(answer.memory_faults, IsEmpty());

  answer = rotate_odd("device-overrun", request);
  EXPECT_EQ(answer.status, Status::ok) << answer.message;
  EXPECT_THAT(answer.memory_faults,
              ElementsAre(HasSubstr("wrote 1 bytes past the end of q_out, at offsets 195 to 195")));

  answer = rotate_odd("device-full", request);
  EXPECT_EQ(answer.status, Status::failed);
  EXPECT_THAT(answer.message, HasSubstr("allocate returned ROPE_OUT_OF_MEMORY"));
}

TEST(Driver, AnErrorOnADeviceDoesNotSpoilTheNextRequest) {
  const Odd odd("device-lost");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_EQ(load_problem(driver), "");
  for (int times = 1; times <= 2; ++times) {
    const RotateAnswer lost = driver.rotate(small_request(DType::f16));
    EXPECT_EQ(lost.status, Status::failed);
    EXPECT_THAT(lost.message, HasSubstr("apply returned ROPE_ERROR"));
    EXPECT_EQ(driver.restarts(), times - 1) << "the worker is replaced when it is needed";
    // In the process that had the error, allocate, copy_in and apply fail from now on.
    const RotateAnswer next = driver.rotate(small_request(DType::f32));
    EXPECT_EQ(next.status, Status::ok) << next.message;
    EXPECT_EQ(driver.restarts(), times);
  }
  EXPECT_EQ(driver.rotate(small_request(DType::bf16)).status, Status::ok);
  EXPECT_EQ(driver.restarts(), 2) << "what works needs no fresh worker";
  EXPECT_EQ(count(driver.captured_output(), "prepare\n"), 3U) << "one in each worker";
}

TEST(Driver, ARefusalOnADeviceIsNoError) {
  const Odd odd("device-refuses");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_EQ(load_problem(driver), "");
  EXPECT_THAT(driver.rotate(small_request(DType::f16)).message, HasSubstr("apply returned ROPE_INVALID_ARGUMENT"));
  EXPECT_EQ(driver.rotate(small_request(DType::f32)).status, Status::ok);
  EXPECT_EQ(driver.restarts(), 0);
}

TEST(Driver, DeviceMemoryIsReleasedWhenItIsReplaced) {
  const Odd odd("device");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_EQ(load_problem(driver), "");
  RotateRequest request = small_request();
  ASSERT_EQ(driver.rotate(request).status, Status::ok);
  EXPECT_EQ(count(driver.captured_output(), "release\n"), 0u);
  request.positions.assign(5000, 7);
  request.q.assign(std::size_t{5000} * 16, 0x3F800000);
  request.k.assign(std::size_t{5000} * 8, 0x3F800000);
  const RotateAnswer answer = driver.rotate(request);
  ASSERT_EQ(answer.status, Status::ok) << answer.message;
  EXPECT_EQ(answer.q, request.q);
  EXPECT_EQ(count(driver.captured_output(), "release\n"), 5u);  // q_in, q_out, k_in, k_out, positions
}

TEST(Driver, InPlaceOnlyKernelsAreDrivenInPlace) {
  const RotateRequest request = small_request();
  const RotateAnswer answer = rotate_odd("in-place-only", request);
  ASSERT_EQ(answer.status, Status::ok) << answer.message;
  EXPECT_EQ(answer.q, request.q);
  EXPECT_THAT(answer.memory_faults, IsEmpty());
}

TEST(Driver, AlignmentAsClaimed) {
  EXPECT_EQ(rotate_odd("alignment-256").status, Status::ok);
}

TEST(Driver, Workspace) {
  RotateAnswer answer = rotate_odd("workspace");
  EXPECT_EQ(answer.status, Status::ok) << answer.message;
  EXPECT_THAT(answer.memory_faults, IsEmpty());
  answer = rotate_odd("workspace-overrun");
  EXPECT_THAT(answer.memory_faults, ElementsAre(HasSubstr("past the end of workspace")));
  answer = rotate_odd("workspace-huge");
  EXPECT_EQ(answer.status, Status::unsupported);
  EXPECT_THAT(answer.message, HasSubstr("18446744073709551615"));
}

TEST(Driver, MemoryFaultsFarFromTheTensor) {
  RotateAnswer answer = rotate_odd("far-overrun");
  EXPECT_THAT(answer.memory_faults, ElementsAre(HasSubstr("wrote 1 bytes past the end of q_out")));
  // Past the guard there is no memory at all.
  answer = rotate_odd("page-overrun");
  EXPECT_EQ(answer.status, Status::crashed);
  EXPECT_THAT(answer.message, HasSubstr("inside apply"));
  answer = rotate_odd("changes-positions");
  EXPECT_THAT(answer.memory_faults, ElementsAre("changed positions, an input: 1 bytes, at offsets 9 to 9"));
}

TEST(Driver, FloatingPointEnvironmentIsSeenAndPutBack) {
  const RotateAnswer answer = rotate_odd("query-rounding");
  EXPECT_TRUE(answer.fp_environment_changed);
  EXPECT_EQ(answer.fp_environment, "query left rounding upward");

  const Odd odd("ctor-rounding");
  Driver driver(worker_options(), odd_plugin());
  const auto loaded = driver.load();
  ASSERT_TRUE(std::holds_alternative<Description>(loaded));
  EXPECT_EQ(std::get<Description>(loaded).fp_environment, "dlopen left rounding downward");
  EXPECT_FALSE(driver.rotate(small_request()).fp_environment_changed);
}

TEST(Driver, OutputIsCapturedAndMadePrintable) {
  const Odd odd("ctor-prints");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_EQ(load_problem(driver), "");
  EXPECT_EQ(driver.captured_output(), "hello \\x1b[31mred\\x1b[0m \\xff\n");
}

TEST(Driver, OldHeaderMeansAbsentFields) {
  const Odd odd("old-header");
  Driver driver(worker_options(), odd_plugin());
  const auto loaded = driver.load();
  ASSERT_TRUE(std::holds_alternative<Description>(loaded)) << std::get<LoadProblem>(loaded).message;
  EXPECT_EQ(std::get<Description>(loaded).flags, 0u);
  EXPECT_EQ(std::get<Description>(loaded).out_of_range, 0u);
}

TEST(Driver, ContractsArriveByDtype) {
  const Odd odd("contract");
  Driver driver(worker_options(), odd_plugin());
  const auto loaded = driver.load();
  ASSERT_TRUE(std::holds_alternative<Description>(loaded)) << std::get<LoadProblem>(loaded).message;
  EXPECT_THAT(std::get<Description>(loaded).contracts,
              ElementsAre(std::pair(DType::bf16, std::string("rotate=f32:mul out=bf16:rn")),
                          std::pair(DType::f32, std::string("rotate=f32:mul"))));
}

TEST(Driver, TheWorkerEndsWithTheDriver) {
  {
    Driver driver(worker_options(), plugin("usual"));
    ASSERT_EQ(load_problem(driver), "");
    EXPECT_EQ(children().size(), 1u);
  }
  EXPECT_THAT(children(), IsEmpty());
}

TEST(Driver, TwoDriversAtOnce) {
  Driver one(worker_options(), plugin("usual"));
  Driver two(worker_options(), plugin("careful"));
  ASSERT_EQ(load_problem(one), "");
  ASSERT_EQ(load_problem(two), "");
  EXPECT_EQ(two.rotate(small_request()).q, exact_q(small_request()));
  EXPECT_EQ(one.rotate(small_request()).status, Status::ok);
}

// Written in another language from docs/protocol.md alone.
TEST(Driver, AnyWorkerThatSpeaksTheProtocol) {
  Driver driver({ROPE_COPYING_WORKER, 1}, plugin("usual"));
  const auto loaded = driver.load();
  ASSERT_TRUE(std::holds_alternative<Description>(loaded)) << std::get<LoadProblem>(loaded).message;
  EXPECT_EQ(std::get<Description>(loaded).name, "copying");
  for (const DType dtype : {DType::f32, DType::bf16}) {
    const RotateRequest request = small_request(dtype);
    const RotateAnswer answer = driver.rotate(request);
    ASSERT_EQ(answer.status, Status::ok) << answer.message;
    EXPECT_EQ(answer.q, request.q);
    EXPECT_EQ(answer.k, request.k);
    EXPECT_THAT(answer.memory_faults, IsEmpty());
  }
  const RotateAnswer refused = driver.rotate(small_request(DType::f16));
  EXPECT_EQ(refused.status, Status::unsupported);
  EXPECT_EQ(refused.message, "fp16 is not copied here");
  EXPECT_EQ(driver.restarts(), 0);
}

TEST(Driver, MissingWorkerIsTheSuitesFault) {
  Driver driver({"/no/such/rope-conform-worker", 1}, plugin("usual"));
  EXPECT_THROW(driver.load(), std::runtime_error);
}

}  // namespace
}  // namespace rope::conformance
