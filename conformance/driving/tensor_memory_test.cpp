// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every layout with every kind of strides: what is laid out comes back, no two elements share a place, gaps are what is
// left.
#include "conformance/driving/tensor_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace rope::conformance {
namespace {

constexpr Layout layouts[] = {Layout::bshd, Layout::bhsd, Layout::sbhd, Layout::thd};
constexpr Strides all_strides[] = {Strides::dense,    Strides::padded,    Strides::spread,
                                   Strides::reversed, Strides::broadcast, Strides::odd};

std::vector<std::uint32_t> numbered(const TensorMemory::Four& shape, bool same_rows) {
  const auto count = static_cast<std::size_t>(shape[0] * shape[1] * shape[2] * shape[3]);
  std::vector<std::uint32_t> out(count);
  std::iota(out.begin(), out.end(), 1U);
  if (same_rows) {
    const std::size_t row = count / static_cast<std::size_t>(shape[0]);
    for (std::size_t i = row; i < count; ++i) out[i] = out[i - row];
  }
  return out;
}

/// Offset of an element from the first one of the memory, by the strides that the implementation is told.
std::int64_t place(const TensorMemory& memory, std::int64_t b, std::int64_t s, std::int64_t h, std::int64_t d) {
  const auto& step = memory.strides();
  return static_cast<std::int64_t>(memory.origin()) + b * step[0] + s * step[1] + h * step[2] + d * step[3];
}

TEST(TensorMemory, TheStridesLeadToEveryElementAndTheGapsAreTheRest) {
  for (const Layout layout : layouts) {
    for (const Strides strides : all_strides) {
      for (const bool is_output : {false, true}) {
        for (const std::size_t bytes : {2u, 4u}) {
          const TensorMemory::Four shape{layout == Layout::thd ? 1 : 3, 5, 2, 6};
          const TensorMemory memory(shape, layout, strides, is_output, bytes, 64);
          const bool broadcast = strides == Strides::broadcast && !is_output;
          const std::vector<std::uint32_t> logical = numbered(shape, broadcast);
          const std::vector<std::byte> laid_out = memory.laid_out(logical);
          ASSERT_EQ(laid_out.size(), memory.elements() * bytes);
          EXPECT_EQ(memory.logical(laid_out), logical) << name(layout) << " " << name(strides);
          EXPECT_EQ(memory.origin() * bytes % 64, 0u);

          const std::vector<std::uint32_t> in_memory = unpacked(laid_out, bytes);
          std::vector<bool> gaps = memory.gaps();
          if (gaps.empty()) gaps.assign(memory.elements(), false);
          std::set<std::int64_t> places;
          std::size_t n = 0;
          for (std::int64_t b = 0; b < shape[0]; ++b) {
            for (std::int64_t s = 0; s < shape[1]; ++s) {
              for (std::int64_t h = 0; h < shape[2]; ++h) {
                for (std::int64_t d = 0; d < shape[3]; ++d, ++n) {
                  const std::int64_t at = place(memory, b, s, h, d);
                  ASSERT_GE(at, 0);
                  ASSERT_LT(at, static_cast<std::int64_t>(memory.elements()));
                  EXPECT_EQ(in_memory[static_cast<std::size_t>(at)], logical[n]);
                  EXPECT_FALSE(gaps[static_cast<std::size_t>(at)]);
                  places.insert(at);
                }
              }
            }
          }
          EXPECT_EQ(places.size(), broadcast ? n / static_cast<std::size_t>(shape[0]) : n);
          EXPECT_EQ(static_cast<std::size_t>(std::count(gaps.begin(), gaps.end(), false)), places.size());
        }
      }
    }
  }
}

TEST(TensorMemory, StridesAreOfTheirKind) {
  const auto strides = [](Layout layout, Strides kind, bool is_output) {
    return TensorMemory({2, 3, 4, 8}, layout, kind, is_output, 4, 64).strides();
  };
  using Four = TensorMemory::Four;
  EXPECT_EQ(strides(Layout::bshd, Strides::dense, false), (Four{96, 32, 8, 1}));
  EXPECT_EQ(strides(Layout::bhsd, Strides::dense, false), (Four{96, 8, 24, 1}));
  EXPECT_EQ(strides(Layout::sbhd, Strides::dense, false), (Four{32, 64, 8, 1}));
  EXPECT_EQ(strides(Layout::bshd, Strides::spread, true), (Four{192, 64, 16, 2}));
  EXPECT_EQ(strides(Layout::bshd, Strides::reversed, false), (Four{96, -32, -8, 1}));
  EXPECT_EQ(strides(Layout::bshd, Strides::reversed, true), (Four{96, 32, 8, 1}));
  EXPECT_EQ(strides(Layout::bshd, Strides::broadcast, false)[0], 0);
  EXPECT_EQ(strides(Layout::bshd, Strides::broadcast, true), (Four{96, 32, 8, 1}));
  for (const std::int64_t step : strides(Layout::bshd, Strides::padded, true)) EXPECT_TRUE(step == 1 || step % 8 == 0);
  EXPECT_EQ(strides(Layout::bshd, Strides::odd, false)[2], 9);
}

TEST(TensorMemory, EmptyShapesHaveNoElements) {
  for (const Strides kind : all_strides) {
    const TensorMemory memory({2, 0, 4, 8}, Layout::bshd, kind, false, 4, 64);
    EXPECT_EQ(memory.elements(), 0u);
    EXPECT_TRUE(memory.laid_out({}).empty());
    EXPECT_TRUE(memory.logical({}).empty());
    EXPECT_TRUE(memory.gaps().empty());
  }
}

}  // namespace
}  // namespace rope::conformance
