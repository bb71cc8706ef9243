// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every single byte around, in and of a buffer: a change of it is found and named, and without one nothing is.
#include "conformance/driving/guarded_buffer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace rope::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> faults(const GuardedBuffer& buffer, bool complete = true) {
  std::vector<std::string> found;
  buffer.find_faults(found, complete);
  return found;
}

std::vector<std::byte> bytes(std::size_t count) {
  std::vector<std::byte> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = static_cast<std::byte>(i);
  return all;
}

TEST(GuardedBuffer, EveryByteOutsideIsWatched) {
  GuardedBuffer buffer("q_out", 1);
  buffer.resize(100, 64);
  buffer.fill_in_place(bytes(100));
  EXPECT_THAT(faults(buffer), IsEmpty());
  const std::span<std::byte> memory = buffer.memory().bytes();
  for (std::size_t i = 0; i < memory.size(); ++i) {
    const std::byte before = std::exchange(memory[i], memory[i] ^ std::byte{1});
    const auto found = faults(buffer);
    if (i < buffer.offset()) {
      EXPECT_THAT(found, ElementsAre(HasSubstr("wrote 1 bytes before q_out, at offsets -" +
                                               std::to_string(buffer.offset() - i) + " ")));
    } else if (i < buffer.offset() + 100) {
      EXPECT_THAT(found, IsEmpty());
    } else {
      EXPECT_THAT(found, ElementsAre(HasSubstr("wrote 1 bytes past the end of q_out, at offsets " +
                                               std::to_string(i - buffer.offset()) + " ")));
    }
    memory[i] = before;
  }
}

TEST(GuardedBuffer, GapsBelongToNobody) {
  const std::vector<bool> gaps{false, true, true, false, true};
  for (const std::size_t width : {2u, 4u}) {
    GuardedBuffer buffer("q_out", 1);
    buffer.resize(gaps.size() * width, 64);
    const auto element = [&](std::size_t i) { return buffer.memory().bytes().data() + buffer.offset() + i * width; };
    const auto write = [&](std::initializer_list<std::size_t> elements) {
      for (const std::size_t i : elements) std::memset(element(i), 0, width);
    };
    buffer.fill_output(width, GuardedBuffer::default_unwritten(width), gaps);
    EXPECT_THAT(faults(buffer), ElementsAre(HasSubstr("left 2 of 5 elements of q_out unwritten")));
    write({0, 3});
    EXPECT_THAT(faults(buffer), IsEmpty());
    write({1, 4});
    EXPECT_THAT(faults(buffer),
                ElementsAre("wrote 2 elements of q_out into gaps between its own, the first at offset " +
                            std::to_string(width)));

    buffer.fill_in_place(bytes(gaps.size() * width), width, gaps);
    write({0, 3});
    EXPECT_THAT(faults(buffer), IsEmpty());
    write({2});
    EXPECT_THAT(faults(buffer), ElementsAre(HasSubstr("wrote 1 elements of q_out into gaps")));

    // In an input a gap is a NaN, and nothing may change.
    buffer.fill_input(bytes(gaps.size() * width), width, GuardedBuffer::default_around(width), gaps);
    std::uint32_t bits = 0;
    std::memcpy(&bits, element(2), width);
    EXPECT_EQ(bits, GuardedBuffer::default_around(width));
    EXPECT_NE(bits, GuardedBuffer::default_unwritten(width));
    EXPECT_THAT(faults(buffer), IsEmpty());
    write({4});
    EXPECT_THAT(faults(buffer), ElementsAre(HasSubstr("changed q_out, an input")));
  }
}

TEST(GuardedBuffer, WhatLayAroundAnInputIsKnownInAnOutput) {
  for (const std::size_t width : {2u, 4u}) {
    const std::uint32_t around = GuardedBuffer::default_around(width);
    GuardedBuffer in("q_in", 1), out("q_out", 2);
    in.resize(3 * width, 64);
    out.resize(3 * width, 64);
    in.fill_input(bytes(3 * width), width, around, {false, true, false});
    out.fill_output(width, GuardedBuffer::default_unwritten(width), {false, false, true});
    std::vector<std::string> found;
    const auto write = [&](std::size_t element, std::uint32_t bits) {
      std::memcpy(out.memory().bytes().data() + out.offset() + element * width, &bits, width);
    };
    write(0, 0);
    write(2, around);  // a gap
    out.find_what_lay_around(in, found);
    EXPECT_THAT(found, IsEmpty());
    write(1, around | (width == 2 ? 0x8000u : 0x8000'0000u));
    out.find_what_lay_around(in, found);
    EXPECT_THAT(found, ElementsAre("read the gaps of q_in or beyond its ends: 1 elements of q_out are the NaN that "
                                   "stands there, the first at offset " +
                                   std::to_string(width)));
  }
}

TEST(GuardedBuffer, WritingZerosOrNaNsIntoAGuardIsSeen) {
  GuardedBuffer buffer("q_out", 1);
  buffer.resize(100, 64);
  const std::uint32_t nan = GuardedBuffer::default_unwritten(4);
  for (const std::uint32_t value : {0u, 0xFFFFFFFFu, 0x3F800000u, nan}) {
    buffer.fill_output(4, nan);
    std::byte* end = buffer.memory().bytes().data() + buffer.offset() + 100;
    std::memcpy(end, &value, 4);
    EXPECT_THAT(faults(buffer, false), ElementsAre(HasSubstr("past the end"))) << value;
  }
}

TEST(GuardedBuffer, InputsMustStay) {
  GuardedBuffer buffer("q_in", 1);
  buffer.resize(100, 64);
  buffer.fill_input(bytes(100), 2, GuardedBuffer::default_around(2));
  EXPECT_EQ(std::memcmp(buffer.data().data(), bytes(100).data(), 100), 0);
  EXPECT_THAT(faults(buffer), IsEmpty());
  buffer.memory().bytes()[buffer.offset() + 99] = std::byte{0};
  buffer.memory().bytes()[buffer.offset() + 7] = std::byte{0};
  EXPECT_THAT(faults(buffer), ElementsAre("changed q_in, an input: 2 bytes, at offsets 7 to 99"));
}

TEST(GuardedBuffer, OutputsMustBeWritten) {
  for (const std::size_t element : {2u, 4u}) {
    GuardedBuffer buffer("q_out", 1);
    buffer.resize(100 * element, 64);
    buffer.fill_output(element, GuardedBuffer::default_unwritten(element));
    EXPECT_THAT(faults(buffer), ElementsAre("left 100 of 100 elements of q_out unwritten, the first at offset 0"));
    EXPECT_THAT(faults(buffer, false), IsEmpty());
    std::byte* data = buffer.memory().bytes().data() + buffer.offset();
    std::memset(data, 0, 37 * element);
    std::memset(data + 38 * element, 0, 62 * element);
    EXPECT_THAT(faults(buffer), ElementsAre("left 1 of 100 elements of q_out unwritten, the first at offset " +
                                            std::to_string(37 * element)));
    std::memset(data + 37 * element, 0, element);
    EXPECT_THAT(faults(buffer), IsEmpty());
  }
}

TEST(GuardedBuffer, AlignedAsAskedAndNoBetter) {
  GuardedBuffer buffer("q", 1);
  for (const std::size_t alignment : {1u, 64u, 256u, 2048u}) {
    buffer.resize(10, alignment);
    const std::size_t promised = std::max<std::size_t>(alignment, 64);
    EXPECT_EQ(buffer.offset() % promised, 0u);
    EXPECT_NE(buffer.offset() % (2 * promised), 0u);
    EXPECT_GE(buffer.offset(), GuardedBuffer::guard_bytes);
    EXPECT_GE(buffer.memory().bytes().size(), buffer.offset() + 10 + GuardedBuffer::guard_bytes);
  }
}

TEST(GuardedBuffer, MemoryIsKeptWhileTheSizeStays) {
  GuardedBuffer buffer("q", 1);
  EXPECT_TRUE(buffer.resize(100'000, 64));
  EXPECT_FALSE(buffer.resize(100'000, 64));
  EXPECT_TRUE(buffer.resize(10, 64));
  EXPECT_TRUE(buffer.resize(200'000, 64));
  buffer.fill_in_place(bytes(200'000));
  EXPECT_THAT(faults(buffer), IsEmpty());
}

TEST(SharedMemory, TheOtherSideCannotCutItOff) {
  const SharedMemory memory(5000);
  EXPECT_NE(ftruncate(memory.fd(), 0), 0);
  EXPECT_NE(ftruncate(memory.fd(), 1 << 20), 0);
  const auto mapped = SharedMemory::map(FileDescriptor(dup(memory.fd())), memory.bytes().size());
  ASSERT_TRUE(mapped.has_value());
  mapped->bytes()[17] = std::byte{42};
  EXPECT_EQ(memory.bytes()[17], std::byte{42});
  EXPECT_FALSE(SharedMemory::map(FileDescriptor(dup(memory.fd())), memory.bytes().size() + 4096).has_value());
  EXPECT_FALSE(SharedMemory::map(FileDescriptor(dup(memory.fd())), 100).has_value());
  EXPECT_FALSE(SharedMemory::map(FileDescriptor(), 4096).has_value());
}

}  // namespace
}  // namespace rope::conformance
