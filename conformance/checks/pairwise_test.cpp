// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every two values that may stand together do, none that may not does, and the rows stay few.
#include "conformance/checks/pairwise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <set>

namespace rope::conformance {
namespace {

bool always(FactorValue, FactorValue) {
  return true;
}

/// The second factor's last value goes with nothing of the first but its plainest.
bool mostly(FactorValue a, FactorValue b) {
  if (b.factor < a.factor) std::swap(a, b);
  return !(a.factor == 0 && a.value > 0 && b.factor == 1 && b.value == 2);
}

/// All rows, each of them taken.
std::vector<Pairwise::Row> all_rows(const std::vector<std::size_t>& sizes, const MayStandTogether& allowed) {
  std::vector<Pairwise::Row> out;
  Pairwise pairs(sizes, allowed);
  while (const auto row = pairs.next()) {
    for (const FactorPair& pair : pairs.left_in(*row)) pairs.cover(pair);
    out.push_back(*row);
  }
  return out;
}

void expect_covering(const std::vector<std::size_t>& sizes, const MayStandTogether& allowed) {
  const auto rows = all_rows(sizes, allowed);
  std::size_t largest = 1;
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    for (std::size_t b = a + 1; b < sizes.size(); ++b) {
      largest = std::max(largest, sizes[a] * sizes[b]);
      for (std::size_t v = 0; v < sizes[a]; ++v) {
        for (std::size_t w = 0; w < sizes[b]; ++w) {
          const bool there = std::any_of(rows.begin(), rows.end(), [&](const std::vector<std::size_t>& row) {
            return row[a] == v && row[b] == w;
          });
          EXPECT_EQ(there, allowed({a, v}, {b, w})) << a << "=" << v << " " << b << "=" << w;
        }
      }
    }
  }
  std::printf("%zu rows, at least %zu\n", rows.size(), largest);
  EXPECT_LE(rows.size(), 2 * largest);
}

TEST(Pairwise, EveryTwoValuesStandTogether) {
  expect_covering({2, 2, 2}, always);
  expect_covering({5, 5, 8, 12, 2, 2, 2, 2, 2, 2}, always);
  expect_covering({1, 1, 3}, always);
  expect_covering({4, 3, 2, 5}, mostly);
}

TEST(Pairwise, OneFactorNeedsNoPairs) {
  EXPECT_TRUE(all_rows({7}, always).empty());
  EXPECT_TRUE(all_rows({}, always).empty());
}

TEST(Pairwise, APairThatIsForbiddenOnTheWayCostsNoOther) {
  const std::vector<std::size_t> sizes{3, 4, 2, 3};
  const FactorPair refused{{0, 2}, {3, 1}};
  Pairwise pairs(sizes, always);
  std::set<FactorPair> stood;
  std::size_t refusals = 0;
  while (const auto row = pairs.next()) {
    ASSERT_LE(refusals, 1U) << "it was forbidden";
    const bool has_it = (*row)[0] == 2 && (*row)[3] == 1;
    if (has_it) {
      ++refusals;
      pairs.forbid(refused);
      continue;
    }
    for (const FactorPair& pair : pairs.left_in(*row)) {
      pairs.cover(pair);
      stood.insert(pair);
    }
  }
  EXPECT_EQ(refusals, 1U);
  EXPECT_EQ(stood.count(refused), 0U);
  EXPECT_EQ(stood.size(), 3U * 4 + 3 * 2 + 3 * 3 + 4 * 2 + 4 * 3 + 2 * 3 - 1);
}

TEST(Pairwise, TheSameEveryTime) {
  EXPECT_EQ(all_rows({5, 5, 8, 12, 2, 2}, always), all_rows({5, 5, 8, 12, 2, 2}, always));
}

}  // namespace
}  // namespace rope::conformance
