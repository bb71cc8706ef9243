// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The worker's two senses: memory that may not be readable, and the floating-point environment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cfenv>
#include <cstring>

#include "conformance/worker/foreign_memory.hpp"
#include "conformance/worker/fp_environment.hpp"
#include "impls/include/rope_impl.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace rope::conformance::worker {
namespace {

using ::testing::HasSubstr;

// The last `tail` readable bytes before memory that is not.
class Edge {
 public:
  Edge() : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    start_ = static_cast<char*>(mmap(nullptr, 3 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(start_ + 2 * page_, page_, PROT_NONE);
    std::memset(start_, 'x', 2 * page_);
  }
  ~Edge() { munmap(start_, 3 * page_); }
  char* before(std::size_t tail) const { return start_ + 2 * page_ - tail; }
  std::size_t page() const { return page_; }

 private:
  std::size_t page_;
  char* start_;
};

TEST(ForeignMemory, ReadsUpToTheEdge) {
  const ForeignMemory memory;
  const Edge edge;
  // Every distance, so that copies that the kernel makes in larger steps are seen too.
  for (const std::size_t tail : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{100},
                                 edge.page() - 1, edge.page(), edge.page() + 1, edge.page() + 777}) {
    EXPECT_EQ(memory.read(edge.before(tail), 10'000).size(), tail);
  }
  EXPECT_EQ(memory.read(edge.before(10), 4).size(), 4u);
  EXPECT_TRUE(memory.read(nullptr, 10).empty());
  EXPECT_TRUE(memory.read(reinterpret_cast<const void*>(-16), 64).empty());
}

TEST(ForeignMemory, Strings) {
  const ForeignMemory memory;
  const Edge edge;
  std::string problem;
  EXPECT_EQ(memory.read_string("abc", 3, problem), "abc");
  EXPECT_EQ(memory.read_string("", 3, problem), "");
  EXPECT_FALSE(memory.read_string("abcd", 3, problem));
  EXPECT_THAT(problem, HasSubstr("longer than 3"));
  EXPECT_FALSE(memory.read_string(nullptr, 3, problem));
  EXPECT_THAT(problem, HasSubstr("NULL"));
  EXPECT_FALSE(memory.read_string("\xff", 3, problem));
  EXPECT_THAT(problem, HasSubstr("UTF-8"));
  EXPECT_FALSE(memory.read_string(edge.before(5), 100, problem));
  EXPECT_THAT(problem, HasSubstr("no terminating NUL"));
  *edge.before(1) = '\0';
  EXPECT_EQ(memory.read_string(edge.before(5), 100, problem), "xxxx");
  EXPECT_EQ(memory.read_message(edge.before(5), 100), "xxxx");
  EXPECT_EQ(memory.read_message(nullptr, 100), "");
  EXPECT_THAT(memory.read_message(reinterpret_cast<const char*>(16), 100), HasSubstr("cannot be read"));
}

TEST(ForeignMemory, StructsAreReadAsFarAsTheirSize) {
  const ForeignMemory memory;
  const Edge edge;
  std::string problem;
  rope_query_result written{};
  written.struct_size = 8;  // up to `supported`
  written.supported = 1;
  written.workspace_size = 99;
  char* place = edge.before(8);
  std::memcpy(place, &written, 8);  // what lies behind is not even readable
  auto read = memory.read_struct<rope_query_result>(place, 8, problem);
  ASSERT_TRUE(read.has_value()) << problem;
  EXPECT_EQ(read->supported, 1u);
  EXPECT_EQ(read->workspace_size, 0u);

  for (const std::uint32_t size : {0u, 7u, 65537u, 0xFFFFFFFFu}) {
    written.struct_size = size;
    EXPECT_FALSE(memory.read_struct<rope_query_result>(&written, 8, problem)) << size;
    EXPECT_THAT(problem, HasSubstr("struct_size is " + std::to_string(size)));
  }
  // A writer that knows more fields than we do.
  char larger[100] = {};
  written.struct_size = 100;
  std::memcpy(larger, &written, sizeof written);
  read = memory.read_struct<rope_query_result>(larger, 8, problem);
  ASSERT_TRUE(read.has_value()) << problem;
  EXPECT_EQ(read->workspace_size, 99u);

  written.struct_size = sizeof written;
  std::memcpy(place, &written, 8);
  EXPECT_FALSE(memory.read_struct<rope_query_result>(place, 8, problem));
  EXPECT_THAT(problem, HasSubstr("cannot be read"));
}

TEST(FpEnvironment, NothingChangedIsNothingSaid) {
  const FpEnvironment own;
  volatile double one = 1;
  volatile double third = one / 3;  // raises the sticky inexact flag, which does not count
  (void)third;
  EXPECT_EQ(own.restore(), "");
}

TEST(FpEnvironment, RoundingModes) {
  const FpEnvironment own;
  std::fesetround(FE_UPWARD);
  EXPECT_EQ(own.restore(), "rounding upward");
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  std::fesetround(FE_TOWARDZERO);
  EXPECT_EQ(own.restore(), "rounding toward zero");
  EXPECT_EQ(own.restore(), "");
}

#if defined(__x86_64__)
TEST(FpEnvironment, EveryControlBitOfTheVectorUnit) {
  const FpEnvironment own;
  const unsigned before = _mm_getcsr();
  const struct {
    unsigned bits;
    const char* says;
  } cases[] = {{0x8000, "flush-to-zero on"},
               {0x0040, "denormals-are-zero on"},
               {0x8040, "flush-to-zero on, denormals-are-zero on"},
               {0x2000, "rounding downward"}};
  for (const auto& one : cases) {
    _mm_setcsr(before | one.bits);
    EXPECT_EQ(own.restore(), one.says);
    EXPECT_EQ(_mm_getcsr() & 0xFFC0u, before & 0xFFC0u);
  }
  _mm_setcsr(before & ~0x0200u);  // division by zero unmasked
  EXPECT_EQ(own.restore(), "floating-point traps enabled");
  EXPECT_EQ(_mm_getcsr() & 0xFFC0u, before & 0xFFC0u);
}
#endif

}  // namespace
}  // namespace rope::conformance::worker
