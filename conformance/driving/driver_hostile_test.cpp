// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The driver with implementations that crash, hang, exit, throw, lie and write where they must not: each gets its own
// answer, and nothing of it stays behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "conformance/driving/driver.hpp"
#include "conformance/driving/testing/driving.hpp"

namespace rope::conformance {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Status = RotateAnswer::Status;

class Hostile : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(children(), IsEmpty()) << "a process stayed behind"; }
};

class HostileLoad : public Hostile {
 protected:
  static std::string problem(const std::string& library, const char* odd = "none", double timeout_scale = 1) {
    const Odd set(odd);
    Driver driver(worker_options(timeout_scale), library);
    const auto loaded = driver.load();
    const auto* found = std::get_if<LoadProblem>(&loaded);
    return found == nullptr ? "loaded" : found->message;
  }
};

TEST_F(HostileLoad, EachProblemIsExplained) {
  EXPECT_THAT(problem(plugin("hostile/crash-on-load")), AllOf(HasSubstr("SIGSEGV"), HasSubstr("constructors")));
  EXPECT_THAT(problem(plugin("hostile/no-symbol")), AllOf(HasSubstr("rope_impl_entry"), HasSubstr("no such symbol")));
  EXPECT_THAT(problem(plugin("hostile/null-entry")), AllOf(HasSubstr("ABI 1"), HasSubstr("NULL")));
  EXPECT_THAT(problem(plugin("hostile/wrong-abi-version")), AllOf(HasSubstr("ABI 1"), HasSubstr("ABI 77")));
  EXPECT_THAT(problem(plugin("hostile/absurd-struct-size")), HasSubstr("struct_size"));
  EXPECT_THAT(problem(plugin("hostile/missing-dependency")),
              AllOf(HasSubstr("did not find librope_missing_dependency.so.11.0, which it needs"),
                    HasSubstr("LD_LIBRARY_PATH")));
  EXPECT_THAT(problem(plugin("hostile/undefined-symbol")), HasSubstr("no definition of rope_no_such_function."));
  EXPECT_THAT(problem(plugin("hostile/garbage-describe")), HasSubstr("describe's field name"));
}

TEST_F(HostileLoad, HangingIsEndedAtTheDeadline) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(problem(plugin("hostile/hang-on-load"), "none", 0.02),
              AllOf(HasSubstr("no answer within 0.6 s"), HasSubstr("constructors")));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST_F(HostileLoad, BrokenTablesAndDescriptions) {
  const struct {
    const char* odd;
    const char* says;
  } cases[] = {
      {"ctor-exits", "ended its process with status 0 while the loader ran its constructors"},
      {"entry-throws", "rope_impl_entry let a C++ exception escape"},
      {"entry-unreadable", "an address that cannot be read"},
      {"no-apply", "the required function apply is NULL"},
      {"describe-null", "what describe returned: it is NULL"},
      {"struct-size-absurd", "its struct_size is 4294967295"},
      {"name-unterminated", "it has no terminating NUL"},
      {"name-unreadable", "it lies at an address that cannot be read"},
      {"name-not-utf8", "it is not valid UTF-8: odd\\xff"},
      {"name-too-long", "it is longer than 128 bytes"},
      {"name-is-a-path", "\"../odd\""},
      {"plain-dtype-bit", "describe's field dtypes has bit 0"},
      {"alignment-3", "alignment is 3"},
      {"contract-twice", "contracts name bf16 twice"},
      {"contract-of-no-dtype", "contracts name dtype 4"},
      {"contract-null", "contract 0: it is NULL"},
      {"contract-count", "contract_count is 4294967295"},
      {"device-no-functions", "ROPE_FLAG_DEVICE_MEMORY is set"},
  };
  for (const auto& one : cases) EXPECT_THAT(problem(odd_plugin(), one.odd), HasSubstr(one.says)) << one.odd;
  EXPECT_EQ(problem(odd_plugin()), "loaded");
}

class HostileRotate : public Hostile {
 protected:
  // The answers to the same request twice, and how often the worker was replaced.
  struct Twice {
    RotateAnswer first, second;
    int restarts = 0;
    std::string output;
  };
  static Twice rotate(const std::string& library, const char* odd = "none", double timeout_scale = 1,
                      std::chrono::milliseconds pause = {}) {
    const Odd set(odd);
    Driver driver(worker_options(timeout_scale), library);
    const auto loaded = driver.load();
    Twice twice;
    if (const auto* problem = std::get_if<LoadProblem>(&loaded)) {
      ADD_FAILURE() << problem->message;
      return twice;
    }
    twice.first = driver.rotate(small_request());
    std::this_thread::sleep_for(pause);
    twice.second = driver.rotate(small_request());
    twice.restarts = driver.restarts();
    twice.output = driver.captured_output();
    return twice;
  }

  static void expect_both(const Twice& twice, Status status, const std::string& says, int restarts) {
    EXPECT_EQ(twice.first.status, status) << twice.first.message;
    EXPECT_THAT(twice.first.message, HasSubstr(says));
    EXPECT_EQ(twice.second.status, status) << twice.second.message;
    EXPECT_THAT(twice.second.message, HasSubstr(says));
    EXPECT_EQ(twice.restarts, restarts);
    EXPECT_THAT(twice.first.q, status == Status::ok ? ::testing::SizeIs(48) : ::testing::SizeIs(0));
  }
};

TEST_F(HostileRotate, Crashes) {
  expect_both(rotate(plugin("hostile/crash-in-apply")), Status::crashed, "was ended by SIG", 1);
  expect_both(rotate(plugin("hostile/crash-in-apply")), Status::crashed, "inside apply", 1);
  expect_both(rotate(plugin("hostile/crash-in-prepare")), Status::crashed, "inside prepare", 1);
  expect_both(rotate(plugin("hostile/exit-in-apply")), Status::crashed, "ended its process with status 0 inside apply",
              1);
}

TEST_F(HostileRotate, Hangs) {
  const auto start = std::chrono::steady_clock::now();
  expect_both(rotate(plugin("hostile/hang-in-apply"), "none", 0.005), Status::timed_out,
              "no answer within 0.6 s inside apply", 1);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST_F(HostileRotate, HangInCloseDoesNotHoldTheDriverUp) {
  const Odd odd("hang-in-close");
  const auto start = std::chrono::steady_clock::now();
  {
    Driver driver(worker_options(), odd_plugin());
    ASSERT_TRUE(std::holds_alternative<Description>(driver.load()));
    EXPECT_EQ(driver.rotate(small_request()).status, Status::ok);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST_F(HostileRotate, WhatGoesWrongWhenTheProcessEndsIsTold) {
  const struct {
    std::string library;
    const char* odd;
    double timeout_scale;
    Status status;
    const char* says;
  } cases[] = {
      {plugin("usual"), "none", 1, Status::ok, ""},
      {plugin("hostile/crash-in-close"), "none", 1, Status::crashed, "was ended by SIGABRT (Aborted) inside close"},
      {plugin("hostile/throws-in-close"), "none", 1, Status::failed, "close let a C++ exception escape"},
      {odd_plugin(), "exits-in-close", 1, Status::crashed, "ended its process with status 0 inside close"},
      {odd_plugin(), "hang-in-close", 0.002, Status::timed_out, "no answer within 0.6 s inside close"},
      {plugin("hostile/crash-on-exit"), "none", 1, Status::crashed, "was ended by SIGABRT (Aborted) in a destructor"},
      {odd_plugin(), "exits-with-3", 1, Status::crashed, "ended its process with status 3 in a destructor"},
      {plugin("hostile/hang-on-exit"), "none", 0.02, Status::timed_out, "did not end within 0.6 s in a destructor"},
  };
  for (const auto& one : cases) {
    const Odd odd(one.odd);
    Driver driver(worker_options(one.timeout_scale), one.library);
    // Loading has the same scale and may need more on a busy machine.
    for (int i = 0; i < 50 && std::holds_alternative<LoadProblem>(driver.load()); ++i) {
    }
    ASSERT_EQ(driver.rotate(small_request()).status, Status::ok) << one.library;
    const RotateAnswer answer = driver.end();
    EXPECT_EQ(answer.status, one.status) << one.library << " " << one.odd;
    EXPECT_THAT(answer.message, HasSubstr(one.says));
    EXPECT_THAT(children(), IsEmpty()) << one.library;
    EXPECT_EQ(driver.end().status, Status::ok) << "there is nothing left that could go wrong";
    EXPECT_EQ(driver.rotate(small_request()).status, Status::ok) << "a new worker";
  }
}

TEST_F(HostileRotate, HangInCloseOfAnEarlierHandleIsNamed) {
  const Odd odd("hang-in-close");
  Driver driver(worker_options(0.002), odd_plugin());
  // Loading has the same scale and may need more than its 60 ms on a busy machine.
  for (int i = 0; i < 50 && std::holds_alternative<LoadProblem>(driver.load()); ++i) {
  }
  RotateRequest request = small_request();
  ASSERT_EQ(driver.rotate(request).status, Status::ok);
  request.pairing = Pairing::interleaved;
  const RotateAnswer answer = driver.rotate(request);
  EXPECT_EQ(answer.status, Status::timed_out);
  EXPECT_THAT(answer.message, HasSubstr("inside close"));
}

TEST_F(HostileRotate, ErrorsAndBrokenRules) {
  expect_both(rotate(plugin("hostile/throws-in-apply")), Status::failed, "apply let a C++ exception escape", 0);
  expect_both(rotate(odd_plugin(), "throws-int"), Status::failed, "apply let a C++ exception escape", 0);
  expect_both(rotate(plugin("hostile/error-in-apply")), Status::failed, "apply returned ROPE_ERROR: the device", 0);
  expect_both(rotate(odd_plugin(), "unknown-status"), Status::failed, "status 77, which rope_impl.h does not define",
              0);
  expect_both(rotate(odd_plugin(), "query-error"), Status::failed, "query returned ROPE_ERROR", 0);
  expect_both(rotate(odd_plugin(), "query-says-2"), Status::failed, "query set supported to 2", 0);
  expect_both(rotate(odd_plugin(), "prepare-null-handle"), Status::failed, "ROPE_OK and a NULL handle", 0);
  expect_both(rotate(odd_plugin(), "prepare-fails"), Status::failed, "prepare returned ROPE_OUT_OF_MEMORY", 0);
  expect_both(rotate(plugin("hostile/unsupported-everything")), Status::unsupported, "", 0);
}

TEST_F(HostileRotate, MemoryFaults) {
  Twice twice = rotate(plugin("hostile/writes-past-the-end"));
  expect_both(twice, Status::ok, "", 0);
  EXPECT_THAT(twice.first.memory_faults, ElementsAre(HasSubstr("wrote 8 bytes past the end of q_out, at offsets 192")));
  twice = rotate(plugin("hostile/writes-before-start"));
  EXPECT_THAT(twice.first.memory_faults, ElementsAre(HasSubstr("wrote 8 bytes before q_out, at offsets -8 to -1")));
  twice = rotate(plugin("hostile/changes-input"));
  EXPECT_THAT(twice.first.memory_faults, ElementsAre(HasSubstr("changed q_in, an input")));
  EXPECT_THAT(twice.second.memory_faults, ElementsAre(HasSubstr("changed q_in, an input")));
}

TEST_F(HostileRotate, ReadingTheGapsOfAnInputIsNotCalledUnwritten) {
  const Odd set("reads-gaps");
  Driver driver(worker_options(), odd_plugin());
  ASSERT_TRUE(std::holds_alternative<Description>(driver.load()));
  RotateRequest request = small_request();
  EXPECT_THAT(driver.rotate(request).memory_faults, IsEmpty());
  request.arrangement.strides = Strides::padded;
  const RotateAnswer answer = driver.rotate(request);
  EXPECT_EQ(answer.status, Status::ok) << answer.message;
  EXPECT_THAT(answer.memory_faults,
              ElementsAre(HasSubstr("read the gaps of q_in"), HasSubstr("read the gaps of k_in")));
}

TEST_F(HostileRotate, FlushToZeroIsSeenAndPutBack) {
  const Twice twice = rotate(plugin("hostile/leaves-ftz-on"));
  expect_both(twice, Status::ok, "", 0);
  EXPECT_TRUE(twice.first.fp_environment_changed);
  EXPECT_THAT(twice.first.fp_environment, HasSubstr("apply left flush-to-zero on"));
  EXPECT_TRUE(twice.second.fp_environment_changed) << "it was not put back after the first call";
}

TEST_F(HostileRotate, OutputWithoutEndIsBounded) {
  const Twice twice = rotate(plugin("hostile/prints-a-lot"));
  expect_both(twice, Status::ok, "", 0);
  EXPECT_LE(twice.output.size(), 64u * 1024);
  EXPECT_GT(twice.output.size(), 32u * 1024);
  EXPECT_THAT(twice.output, HasSubstr("bytes left out"));
}

TEST_F(HostileRotate, ChildrenOfTheImplementationEndWithIt) {
  for (const char* odd : {"leaves-child", "leaves-child-and-dies"}) {
    const Twice twice = rotate(odd_plugin(), odd);
    const std::size_t at = twice.output.find("child ");
    ASSERT_NE(at, std::string::npos) << twice.output;
    const pid_t child = std::stoi(twice.output.substr(at + 6));
    ASSERT_GT(child, 1);
    for (int i = 0; i < 100 && runs(child); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_FALSE(runs(child)) << odd;
    if (std::string(odd) == "leaves-child-and-dies") {
      EXPECT_THAT(twice.first.message, HasSubstr("was ended by SIGKILL"));
    }
  }
}

TEST_F(HostileRotate, AttacksOnTheControlChannel) {
  expect_both(rotate(odd_plugin(), "closes-channel"), Status::crashed, "inside apply", 1);
  expect_both(rotate(odd_plugin(), "closes-everything"), Status::crashed, "inside apply", 1);
  expect_both(rotate(odd_plugin(), "writes-channel"), Status::crashed, "broke its protocol inside apply", 1);
  expect_both(rotate(odd_plugin(), "forges-answer"), Status::crashed, "broke its protocol inside apply", 1);
}

TEST_F(HostileRotate, CrashBetweenCallsIsNotBlamedOnAFunction) {
  const Twice twice = rotate(odd_plugin(), "crash-between-calls", 1, std::chrono::milliseconds(500));
  EXPECT_EQ(twice.first.status, Status::ok) << twice.first.message;
  EXPECT_EQ(twice.second.status, Status::crashed);
  EXPECT_THAT(twice.second.message, AllOf(HasSubstr("SIGABRT"), HasSubstr("none of its functions")));
}

// What a Ctrl-C that is not handled, or kill -9, does to the suite.
TEST_F(HostileRotate, TheWorkerDoesNotOutliveTheSuite) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t suite = fork();
  ASSERT_GE(suite, 0);
  if (suite == 0) {
    // In a call that does not end, the worker cannot see for itself that the channel has closed.
    Driver driver(worker_options(), plugin("hostile/hang-in-apply"));
    driver.load();
    const std::vector<pid_t> workers = children();
    const pid_t worker = workers.size() == 1 ? workers[0] : -1;
    if (write(ends[1], &worker, sizeof worker) != sizeof worker) _exit(1);
    driver.rotate(small_request());
    _exit(1);
  }
  pid_t worker = -1;
  ASSERT_EQ(read(ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  close(ends[0]);
  close(ends[1]);
  ASSERT_GT(worker, 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // until it hangs
  EXPECT_TRUE(runs(worker));
  kill(suite, SIGKILL);
  int status = 0;
  waitpid(suite, &status, 0);
  for (int i = 0; i < 100 && runs(worker); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(runs(worker));
}

}  // namespace
}  // namespace rope::conformance
