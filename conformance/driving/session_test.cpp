// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A worker that breaks the protocol: every way ends the conversation with its own sentence, and at once where nothing
// has to be waited for.
#include "conformance/driving/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/driving/testing/driving.hpp"

namespace rope::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Session, BrokenProtocolIsACrashThatSaysWhat) {
  const struct {
    const char* odd;
    const char* says;
  } cases[] = {
      {"garbage", "the message is not JSON"},
      {"not-an-object", "not a JSON object"},
      {"deep", "the message is not JSON"},
      {"wrong-id", "it answers request 3, expected 2"},
      {"no-id", "id is missing"},
      {"unknown-type", "type is \"dance\""},
      {"other-answer", "answered load with something else"},
      {"field-type", "description is not a JSON object"},
      {"field-missing", "description is missing"},
      {"too-long", "a message of more than 65536 bytes"},
      {"endless", "messages without end"},
      {"late-death", "ended its process with status 3 inside x"},
  };
  for (const auto& one : cases) {
    const Odd odd(one.odd);
    Session session(odd_worker(), 1);
    try {
      session.load("/x.so");
      ADD_FAILURE() << one.odd << " was accepted";
    } catch (const WorkerLost& lost) {
      EXPECT_EQ(lost.how(), WorkerLost::How::crashed) << one.odd;
      EXPECT_THAT(lost.what(), HasSubstr(one.says)) << one.odd;
    }
    EXPECT_FALSE(session.alive()) << one.odd;
    EXPECT_THAT(children(), IsEmpty()) << one.odd;
  }
}

TEST(Session, SilenceIsATimeOut) {
  const Odd odd("silence");
  Session session(odd_worker(), 0.01);
  try {
    session.load("/x.so");
    FAIL() << "silence was accepted";
  } catch (const WorkerLost& lost) {
    EXPECT_EQ(lost.how(), WorkerLost::How::timed_out);
    EXPECT_THAT(lost.what(), HasSubstr("no answer within 0.3 s"));
  }
  EXPECT_THAT(children(), IsEmpty());
}

TEST(Session, WhatTheWorkerCannotDoIsNotBlamedOnTheImplementation) {
  const Odd odd("rejects");
  Session session(odd_worker(), 1);
  const SharedMemory memory(100);
  try {
    session.map(1, memory);
    FAIL();
  } catch (const WorkerLost&) {
    FAIL() << "blamed on the implementation";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("no memory"));
  }
}

TEST(Session, AWorkerOfAnotherVersionIsRefused) {
  for (const char* name : {"other-version", "dies-at-once"}) {
    const Odd odd(name);
    EXPECT_THROW(Session(odd_worker(), 1), std::runtime_error) << name;
    EXPECT_THAT(children(), IsEmpty());
  }
  EXPECT_THROW(Session("/bin/true", 1), std::runtime_error);
  EXPECT_THROW(Session("/dev/null", 1), std::runtime_error);
  EXPECT_THAT(children(), IsEmpty());
}

}  // namespace
}  // namespace rope::conformance
