// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Against the tables as vLLM makes them, index by index, and by hand.
#include "reference/dual_chunk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <vector>

#include "reference/direct_mpfr.hpp"

namespace rope {
namespace {

constexpr DualChunk qwen{262144, 8192, 262144};

/// Tables of positions, made before any is looked up.
struct Tables {
  std::vector<std::int64_t> q, next;
  explicit Tables(const DualChunk& chunks) {
    for (std::int64_t n = 0; n < chunks.chunk_size - chunks.local_size; ++n) {
      q.push_back(n);
      next.push_back(std::min(n + (chunks.chunk_size - chunks.local_size), chunks.chunk_size));
    }
  }
};

TEST(DualChunk, PositionsAreThoseOfTheTables) {
  for (const DualChunk chunks : {DualChunk{12, 4, 0}, DualChunk{12, 0, 0}, DualChunk{12, 11, 0}, DualChunk{12, 7, 0}}) {
    const Tables tables(chunks);
    const auto stride = static_cast<std::int64_t>(tables.q.size());
    std::set<std::int64_t> seen;
    for (std::int64_t p = 0; p < 60; ++p) {
      for (std::int64_t r = 0; r <= p; ++r) {
        const std::int64_t chunks_apart = p / stride - r / stride;
        const auto at = static_cast<std::size_t>(p % stride);
        const std::int64_t expected = chunks_apart == 0   ? tables.q[at]
                                      : chunks_apart == 1 ? tables.next[at]
                                                          : tables.next.back();
        ASSERT_EQ(query_position(chunks, p, r), expected) << p << " " << r;
        ASSERT_EQ(key_position(chunks, r), r % stride);
        seen.insert({expected, r % stride});
      }
      ASSERT_EQ(largest_position(chunks, p + 1), *seen.rbegin()) << chunks.local_size << " " << p;
    }
  }
}

// Distances are true within a chunk, and up to local_size across a border.
TEST(DualChunk, KeepsShortDistances) {
  const DualChunk chunks{12, 4, 0};
  for (std::int64_t p = 0; p < 60; ++p) {
    for (std::int64_t r = std::max<std::int64_t>(0, p - 4); r <= p; ++r) {
      EXPECT_EQ(query_position(chunks, p, r) - key_position(chunks, r), p - r) << p << " " << r;
    }
  }
}

TEST(DualChunk, Qwen2Point5RotatesByOneMoreThanItsTable) {
  EXPECT_EQ(largest_position(qwen, 253952), 253951);  // the first chunk
  EXPECT_EQ(largest_position(qwen, 253953), 253952);
  EXPECT_EQ(largest_position(qwen, 1010000), 262144);
  EXPECT_EQ(query_position(qwen, 1009999, 0), 262144);
  EXPECT_EQ(query_position(qwen, 253952 + 8191, 253951), 262143);
}

TEST(DualChunk, FactorIsCorrectlyRounded) {
  EXPECT_EQ(score_factor(qwen, 262144), 1);
  EXPECT_EQ(score_factor({262144, 8192, 0}, 1010000), 1);
  for (const std::int64_t length : {262145, 400000, 524288, 1010000}) {
    const direct::Number ln =
        direct::apply(mpfr_log, direct::Number(static_cast<long>(length)) / direct::Number(262144L));
    const direct::Number factor = direct::Number(1L) + ln / direct::Number(10L);
    EXPECT_EQ(score_factor(qwen, length), direct::nearest(factor)) << length;
  }
  EXPECT_DOUBLE_EQ(score_factor(qwen, 524288), 1 + 0.1 * std::log(2));
}

TEST(DualChunk, RefusesWhatIsNone) {
  EXPECT_FALSE(dual_chunk_problem(qwen));
  EXPECT_FALSE(dual_chunk_problem({12, 0, 0}));
  EXPECT_EQ(dual_chunk_problem({0, 0, 0}), "chunk_size is 0; dual chunk attention takes 1 to 2^40");
  EXPECT_EQ(dual_chunk_problem({12, 12, 0}),
            "local_size is 12; dual chunk attention takes 0 to less than chunk_size, which is 12");
  EXPECT_EQ(dual_chunk_problem({12, -1, 0}),
            "local_size is -1; dual chunk attention takes 0 to less than chunk_size, which is 12");
  EXPECT_EQ(dual_chunk_problem({12, 4, -1}), "original_max_position is -1; dual chunk attention takes 0 to 2^40");
  EXPECT_THROW(key_position(qwen, -1), std::invalid_argument);
  EXPECT_THROW(query_position(qwen, 3, 4), std::invalid_argument);
  EXPECT_THROW(query_position(qwen, 3, -1), std::invalid_argument);
  EXPECT_THROW(largest_position(qwen, 0), std::invalid_argument);
  EXPECT_THROW(score_factor(qwen, 0), std::invalid_argument);
}

}  // namespace
}  // namespace rope
