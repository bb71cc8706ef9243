// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each faulty plug-in is wrong in exactly its one way: bit for bit it is a right one that was asked something else. And
// expectations.txt has a well-formed row for each.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "impls/loaded_plugin.hpp"

namespace rope::impls {
namespace {

const std::vector<std::int64_t> positions{0, 1, 255, 257, 1023, 65537, 131070};

class Faulty : public testing::TestWithParam<rope_dtype> {
 protected:
  Faulty() : q(GetParam(), {2, 7, 3, 128}) {
    q.randomize(11);
    for (rope_spec* spec : {&half, &interleaved}) {
      spec->head_dim = spec->rotary_dim = 128;
      scale_as_llama3(*spec);
    }
  }
  Tensor q;
  rope_spec half = usual_spec(ROPE_HALF_SPLIT), interleaved = usual_spec(ROPE_INTERLEAVED);
};

TEST_P(Faulty, PairSwappedIsRightForTheOtherPairing) {
  const LoadedPlugin faulty("faulty/pair-swapped"), right("one-rounding");
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(rotated(right, interleaved, q, positions)));
  EXPECT_TRUE(rotated(faulty, interleaved, q, positions).same_elements(rotated(right, half, q, positions)));
  EXPECT_FALSE(rotated(faulty, half, q, positions).same_elements(rotated(right, half, q, positions)));
}

TEST_P(Faulty, SignFlipIsRightBackwards) {
  const LoadedPlugin faulty("faulty/sign-flip"), right("one-rounding");
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(rotated(right, half, q, positions, ROPE_BACKWARD)));
  EXPECT_TRUE(rotated(faulty, half, q, positions, ROPE_BACKWARD).same_elements(rotated(right, half, q, positions)));
}

TEST_P(Faulty, PosOffByOneIsRightForTheNextPosition) {
  const LoadedPlugin faulty("faulty/pos-off-by-one"), right("one-rounding");
  std::vector<std::int64_t> next = positions;
  for (std::int64_t& p : next) {
    ++p;
  }
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(rotated(right, half, q, next)));
}

TEST_P(Faulty, PosBf16IsRightForThePositionInBf16) {
  const LoadedPlugin faulty("faulty/pos-bf16"), right("usual");
  const std::vector<std::int64_t> in_bf16{0, 1, 255, 256, 1024, 65536, 131072};  // 257 is a tie: 256 is even
  half.max_position = 131073;
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(rotated(right, half, q, in_bf16)));
}

TEST_P(Faulty, FreqBf16HasTheUsualFrequenciesInBf16) {
  const LoadedPlugin faulty("faulty/freq-bf16"), right("usual");
  Prepared a(faulty, half), b(right, half);
  double wrong[64], usual[64];
  ASSERT_EQ(faulty.api().export_inv_freq(a.handle(), wrong, 64), ROPE_OK);
  ASSERT_EQ(right.api().export_inv_freq(b.handle(), usual, 64), ROPE_OK);
  int changed = 0;
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(wrong[i], kernel::Bf16::value(kernel::Bf16::round(usual[i])));
    changed += wrong[i] != usual[i] ? 1 : 0;
  }
  EXPECT_EQ(wrong[0], 1);
  EXPECT_GE(changed, 60);
  // And nothing else is wrong: pair 0, whose frequency is exact, has the usual bits.
  const Tensor y = rotated(faulty, half, q, positions), expected = rotated(right, half, q, positions);
  y.for_each([&](Tensor::Index at) {
    if (at[3] % 64 == 0) {
      EXPECT_EQ(y.get(at), expected.get(at));
    }
  });
  EXPECT_FALSE(y.same_elements(expected));
}

TEST_P(Faulty, ScaleIgnoredIsRightWithoutScaling) {
  const LoadedPlugin faulty("faulty/scale-ignored"), right("usual");
  rope_spec unscaled = half;
  unscaled.angles.parametric.family = ROPE_FAMILY_DEFAULT;
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(rotated(right, unscaled, q, positions)));
  EXPECT_TRUE(rotated(faulty, unscaled, q, positions).same_elements(rotated(right, unscaled, q, positions)));
  EXPECT_FALSE(rotated(faulty, half, q, positions).same_elements(rotated(right, half, q, positions)));
}

INSTANTIATE_TEST_SUITE_P(Dtypes, Faulty, testing::Values(ROPE_F32, ROPE_F16, ROPE_BF16));

TEST(Expectations, HaveOneRowForEachPluginThatNamesEveryCheckOnce) {
  const std::multiset<std::string> checks{"pairing-equivalence", "relative-position", "long-context", "golden-table",
                                          "golden-rotation"};
  std::set<std::string> unseen{"pair-swapped", "sign-flip", "pos-off-by-one", "pos-bf16", "freq-bf16", "scale-ignored"};
  std::ifstream file(ROPE_EXPECTATIONS);
  ASSERT_TRUE(file) << ROPE_EXPECTATIONS;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') {
      continue;
    }
    SCOPED_TRACE(line);
    ASSERT_EQ(std::count(line.begin(), line.end(), '|'), 3);
    std::istringstream columns(line);
    std::string plugin, column;
    columns >> plugin;
    EXPECT_EQ(unseen.erase(plugin), 1U);
    std::getline(columns, column, '|');
    std::multiset<std::string> named;
    for (int n = 0; n < 3; ++n) {
      std::getline(columns, column, '|');
      std::istringstream ids(column);
      int count = 0;
      for (std::string id; ids >> id; ++count) {
        if (id != "-") {
          named.insert(id);
        }
      }
      EXPECT_GE(count, 1) << "an empty column is written -";
      EXPECT_TRUE(n != 0 || column.find('-') != std::string::npos);
    }
    EXPECT_EQ(named, checks);
  }
  EXPECT_TRUE(unseen.empty()) << *unseen.begin();
}

}  // namespace
}  // namespace rope::impls
