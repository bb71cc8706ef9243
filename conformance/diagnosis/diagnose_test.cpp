// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each fault is named from outputs that have it, in each dtype, and nothing is named where nothing of the list fits.
#include "conformance/diagnosis/diagnose.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "conformance/diagnosis/hypothesis.hpp"
#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

TEST(Diagnose, NamesEachFaultItKnows) {
  for (DType dtype : tensor_dtypes) {
    const Judge judge(small_fixture(), dtype, std::nullopt);
    for (const Hypothesis& fault : hypotheses(small_fixture())) {
      if (fault.other_pairing) continue;  // needs a whole head, not a pair: the faulty plug-in's test
      const Response response = respond_with(
          small_fixture(), dtype, Pairing::half_split, [&](Exactly, Head head, std::int64_t position, int pair) {
            const double angle =
                fault.direction * fault.position(position) * fault.inv_freq[static_cast<std::size_t>(pair)];
            return head == Head::e2 ? Exactly{-std::sin(angle), std::cos(angle)}
                                    : Exactly{std::cos(angle), std::sin(angle)};
          });
      const auto named = diagnose(response, small_fixture(), judge);
      ASSERT_TRUE(named.has_value()) << fault.id << " " << name(dtype);
      EXPECT_EQ(named->id, fault.id) << name(dtype);
      EXPECT_GE(named->fits, 0.99);
    }
  }
}

TEST(Diagnose, SaysNothingOfWhatIsNotOnTheList) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  const Response swapped =
      respond_with(small_fixture(), DType::f32, Pairing::half_split, [](Exactly y, Head, std::int64_t, int) {
        return Exactly{y.y1, y.y0};
      });
  EXPECT_FALSE(diagnose(swapped, small_fixture(), judge).has_value());
  const Response scaled =
      respond_with(small_fixture(), DType::f32, Pairing::half_split, [](Exactly y, Head, std::int64_t, int) {
        return Exactly{1.2 * y.y0, 1.2 * y.y1};
      });
  EXPECT_FALSE(diagnose(scaled, small_fixture(), judge).has_value());
}

}  // namespace
}  // namespace rope::conformance
