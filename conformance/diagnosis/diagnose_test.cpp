// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each fault is named from outputs that have it, in each dtype, and nothing is named where nothing of the list fits.
#include "conformance/diagnosis/diagnose.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "conformance/diagnosis/hypothesis.hpp"
#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

/// Every head of the small fixture rotated by the angle.
Response rotated_by(DType dtype, const std::function<double(Head, std::int64_t, int)>& angle) {
  Response response = respond_with(small_fixture(), dtype, Pairing::half_split, {});
  for (Head head : all_heads) {
    for (std::size_t row = 0; row < response.rows; ++row) {
      for (std::size_t pair = 0; pair < response.pairs; ++pair) {
        const double a = angle(head, small_fixture().positions[row], static_cast<int>(pair));
        const double x0 = to_double(dtype, response.in(head, row, pair, 0));
        const double x1 = to_double(dtype, response.in(head, row, pair, 1));
        std::uint32_t* const out = &response.output[static_cast<std::size_t>(head)][(row * response.pairs + pair) * 2];
        out[0] = static_cast<std::uint32_t>(round_to_bits(dtype, x0 * std::cos(a) - x1 * std::sin(a)));
        out[1] = static_cast<std::uint32_t>(round_to_bits(dtype, x0 * std::sin(a) + x1 * std::cos(a)));
      }
    }
  }
  return response;
}

TEST(Diagnose, NothingIsNamedThatIsTrueOfSomeHeadsOnly) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  const auto exact = [](std::int64_t position, int pair) {
    return static_cast<double>(position) * small_fixture().inv_freq[static_cast<std::size_t>(pair)].hi;
  };
  // q is not rotated at all, k is right.
  const Response response = rotated_by(DType::f32, [&](Head head, std::int64_t position, int pair) {
    return head == Head::random_k || head == Head::random_q_as_k ? exact(position, pair) : 0.0;
  });
  EXPECT_FALSE(diagnose(response, small_fixture(), judge).has_value());
}

TEST(Diagnose, NamesEachFaultItKnows) {
  for (DType dtype : tensor_dtypes) {
    const Judge judge(small_fixture(), dtype, std::nullopt);
    for (const Hypothesis& fault : hypotheses(small_fixture())) {
      if (fault.other_pairing) continue;  // needs a whole head, not a pair: the faulty plug-in's test
      const Response response = rotated_by(dtype, [&](Head, std::int64_t position, int pair) {
        return fault.direction * fault.position(position) * fault.inv_freq[static_cast<std::size_t>(pair)];
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
