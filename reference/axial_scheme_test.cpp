// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each scheme written out by hand for a small head: element, axis and exponent of every pair; and angles in a picture.
#include "reference/axial_scheme.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>

#include "reference/exact.hpp"

namespace rope {
namespace {

/// θ^(-exponent) is the frequency.
struct Expected {
  int axis;
  int element, other;
  double exponent;
};

void expect(const AxialScheme& scheme, double theta, const std::vector<Expected>& pairs) {
  ASSERT_EQ(scheme.pairs.size(), pairs.size()) << scheme.name;
  ASSERT_EQ(scheme.bands.size(), scheme.axes.size()) << scheme.name;
  std::set<int> elements;
  for (std::size_t n = 0; n < pairs.size(); ++n) {
    const AxialPair& pair = scheme.pairs[n];
    EXPECT_EQ(pair.axis, pairs[n].axis) << scheme.name << " pair " << n;
    EXPECT_EQ(pair.elements[0], pairs[n].element) << scheme.name << " pair " << n;
    EXPECT_EQ(pair.elements[1], pairs[n].other) << scheme.name << " pair " << n;
    const double w = std::pow(theta, -pairs[n].exponent);
    const Exact exact(scheme.bands[static_cast<std::size_t>(pair.axis)].one_axis);
    // pow is right to a unit or two of its last place, and the exponent to half of one times ln θ.
    EXPECT_NEAR(exact.inv_freq(pair.pair).hi, w, w * 0x1p-48) << scheme.name << " pair " << n;
    elements.insert({pair.elements[0], pair.elements[1]});
  }
  EXPECT_EQ(elements.size(), static_cast<std::size_t>(scheme.head_dim)) << scheme.name << ": each element once";
  EXPECT_EQ(*elements.rbegin(), scheme.head_dim - 1) << scheme.name;
}

TEST(AxialScheme, QwenVisionRepeatsTheFrequenciesOfHalfAHead) {
  expect(qwen_vision_scheme(16, 1e4), 1e4,
         {{0, 0, 8, 0.0 / 8},
          {0, 1, 9, 2.0 / 8},
          {0, 2, 10, 4.0 / 8},
          {0, 3, 11, 6.0 / 8},
          {1, 4, 12, 0.0 / 8},
          {1, 5, 13, 2.0 / 8},
          {1, 6, 14, 4.0 / 8},
          {1, 7, 15, 6.0 / 8}});
}

TEST(AxialScheme, PixtralDealsOutTheFrequenciesOfAWholeHead) {
  expect(pixtral_scheme(16, 1e4), 1e4,
         {{0, 0, 8, 0.0 / 16},
          {0, 1, 9, 4.0 / 16},
          {0, 2, 10, 8.0 / 16},
          {0, 3, 11, 12.0 / 16},
          {1, 4, 12, 2.0 / 16},
          {1, 5, 13, 6.0 / 16},
          {1, 6, 14, 10.0 / 16},
          {1, 7, 15, 14.0 / 16}});
}

TEST(AxialScheme, Gemma4KeepsEachAxisInItsHalf) {
  expect(gemma4_vision_scheme(16, 100), 100,
         {{0, 0, 4, 0.0 / 8},
          {0, 1, 5, 2.0 / 8},
          {0, 2, 6, 4.0 / 8},
          {0, 3, 7, 6.0 / 8},
          {1, 8, 12, 0.0 / 8},
          {1, 9, 13, 2.0 / 8},
          {1, 10, 14, 4.0 / 8},
          {1, 11, 15, 6.0 / 8}});
}

TEST(AxialScheme, Llama4HasColumnsFirstAndBeginsAtOne) {
  const AxialScheme scheme = llama4_vision_scheme(16, 1e4);
  expect(scheme, 1e4,
         {{0, 0, 1, 0.0 / 8},
          {0, 2, 3, 2.0 / 8},
          {0, 4, 5, 4.0 / 8},
          {0, 6, 7, 6.0 / 8},
          {1, 8, 9, 0.0 / 8},
          {1, 10, 11, 2.0 / 8},
          {1, 12, 13, 4.0 / 8},
          {1, 14, 15, 6.0 / 8}});
  EXPECT_EQ(scheme.axes[0], "width");
  EXPECT_EQ(scheme.first_position, 1);
}

// 2π/7 and 2π/5 of a picture of seven rows and five columns.
TEST(AxialScheme, Dinov3HasFrequenciesBySide) {
  const AxialScheme scheme = dinov3_scheme(16, 100, 7, 5);
  const double turn = 2 * std::acos(-1.0);
  ASSERT_EQ(scheme.pairs.size(), 8U);
  for (int n = 0; n < 8; ++n) {
    const AxialPair& pair = scheme.pairs[static_cast<std::size_t>(n)];
    EXPECT_EQ(pair.axis, n / 4);
    EXPECT_EQ(pair.elements[0], n);
    EXPECT_EQ(pair.elements[1], n + 8);
    const double w = turn / (n < 4 ? 7 : 5) * std::pow(100, -2.0 * (n % 4) / 8);
    const Exact exact(scheme.bands[static_cast<std::size_t>(pair.axis)].one_axis);
    EXPECT_NEAR(exact.inv_freq(pair.pair).hi, w, w * 0x1p-48) << n;
  }
  EXPECT_EQ(scheme.axes[0], "height");
  EXPECT_THROW(dinov3_scheme(16, 100, 0, 5), std::invalid_argument);
  EXPECT_THROW(dinov3_scheme(18, 100, 7, 5), std::invalid_argument);
}

TEST(AxialScheme, WanGivesTimeWhatThirdsLeaveOver) {
  // 16 / 6 is 2: 2 pairs for height and for width, 8 - 4 for time.
  const AxialScheme scheme = wan_scheme(16, 1e4);
  expect(scheme, 1e4,
         {{0, 0, 1, 0.0 / 8},
          {0, 2, 3, 2.0 / 8},
          {0, 4, 5, 4.0 / 8},
          {0, 6, 7, 6.0 / 8},
          {1, 8, 9, 0.0 / 4},
          {1, 10, 11, 2.0 / 4},
          {2, 12, 13, 0.0 / 4},
          {2, 14, 15, 2.0 / 4}});
  // Wan 2.1's own: 128 elements, 44 of time, 42 of height and of width.
  const AxialScheme published = wan_scheme(128, 1e4);
  EXPECT_EQ(published.bands[0].pairs, 22);
  EXPECT_EQ(published.bands[1].pairs, 21);
  EXPECT_EQ(published.bands[2].pairs, 21);
}

TEST(AxialScheme, AnglesOfAPatch) {
  // Row 5, column 7 of Pixtral, D = 64, θ = 10000: pair 3 is frequency 6 of height, pair 19 is frequency 7 of width.
  const AxialScheme pixtral = pixtral_scheme(64, 1e4);
  const auto sine = [](const AxialScheme& scheme, std::size_t n, std::int64_t position) {
    const AxialPair& pair = scheme.pairs[n];
    return Exact(scheme.bands[static_cast<std::size_t>(pair.axis)].one_axis).trig(position, pair.pair).sin.value.hi;
  };
  EXPECT_NEAR(sine(pixtral, 3, 5), std::sin(5 * std::pow(1e4, -2.0 * 6 / 64)), 0x1p-48);
  EXPECT_NEAR(sine(pixtral, 19, 7), std::sin(7 * std::pow(1e4, -2.0 * 7 / 64)), 0x1p-48);
  // The patch in column 7 of Llama 4, D = 88: position 8; the class token does not turn.
  const AxialScheme llama4 = llama4_vision_scheme(88, 1e4);
  EXPECT_NEAR(sine(llama4, 5, 7 + llama4.first_position), std::sin(8 * std::pow(1e4, -2.0 * 5 / 44)), 0x1p-48);
  EXPECT_EQ(sine(llama4, 5, 0), 0);
}

TEST(AxialScheme, HeadsThatCannotBeDividedAreRefused) {
  for (const int head_dim : {0, 2, 18, -4}) {
    EXPECT_THROW(qwen_vision_scheme(head_dim, 1e4), std::invalid_argument) << head_dim;
    EXPECT_THROW(pixtral_scheme(head_dim, 1e4), std::invalid_argument) << head_dim;
    EXPECT_THROW(gemma4_vision_scheme(head_dim, 1e4), std::invalid_argument) << head_dim;
    EXPECT_THROW(llama4_vision_scheme(head_dim, 1e4), std::invalid_argument) << head_dim;
  }
  for (const int head_dim : {4, 7, 0}) EXPECT_THROW(wan_scheme(head_dim, 1e4), std::invalid_argument) << head_dim;
}

}  // namespace
}  // namespace rope
