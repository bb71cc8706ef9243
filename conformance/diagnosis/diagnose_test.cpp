// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each fault is named from outputs that have it, in each dtype, and nothing is named where nothing of the list fits.
#include "conformance/diagnosis/diagnose.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "conformance/diagnosis/hypothesis.hpp"
#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

/// Every head of the fixture rotated by the angle.
Response rotated_by(const fixtures::Fixture& fixture, DType dtype,
                    const std::function<double(Head, std::int64_t, int)>& angle) {
  Response response = respond_with(fixture, dtype, Pairing::half_split, {});
  for (Head head : all_heads) {
    for (std::size_t row = 0; row < response.rows; ++row) {
      for (std::size_t pair = 0; pair < response.pairs; ++pair) {
        const double a = angle(head, fixture.positions[row], static_cast<int>(pair));
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
  const auto exact = [](std::int64_t position, int pair) {
    return static_cast<double>(position) * small_fixture().inv_freq[static_cast<std::size_t>(pair)].hi;
  };
  // q is not rotated at all, k is right.
  const Response response = rotated_by(small_fixture(), DType::f32, [&](Head head, std::int64_t position, int pair) {
    return head == Head::random_k || head == Head::random_q_as_k ? exact(position, pair) : 0.0;
  });
  EXPECT_FALSE(diagnose(response, small_fixture()).has_value());
}

/// Each hypothesis about the fixture is named from outputs that have it; returns their ids.
std::set<std::string> named_of(const fixtures::Fixture& fixture) {
  std::set<std::string> ids;
  for (DType dtype : tensor_dtypes) {
    for (const Hypothesis& fault : hypotheses(fixture)) {
      if (fault.other_pairing) continue;  // needs a whole head, not a pair: the faulty plug-in's test
      const Response response = rotated_by(fixture, dtype, [&](Head, std::int64_t position, int pair) {
        return fault.direction * fault.position(position) * fault.inv_freq[static_cast<std::size_t>(pair)];
      });
      const auto named = diagnose(response, fixture);
      EXPECT_TRUE(named.has_value()) << fault.id << " " << name(dtype);
      if (!named) continue;
      EXPECT_EQ(named->id, fault.id) << name(dtype);
      EXPECT_GE(named->fits, 0.99);
      ids.insert(fault.id);
    }
  }
  return ids;
}

TEST(Diagnose, NamesEachFaultItKnows) {
  EXPECT_EQ(named_of(small_fixture()).count("base-default"), 1U);
}

TEST(Diagnose, NamesTheFaultsOfScaledFamilies) {
  const auto yarn = named_of(small_fixture_of(YarnFamily{8, 32, 1, 1024, false}));
  EXPECT_EQ(yarn.count("yarn-truncate"), 1U);
  EXPECT_EQ(yarn.count("scale-linear"), 1U);
  EXPECT_EQ(yarn.count("scale-ignored"), 1U);
  EXPECT_EQ(named_of(small_fixture_of(YarnFamily{8, 32, 1, 1024, true})).count("yarn-truncate"), 1U);
  const std::vector<double> near(8, 1.25), far(8, 4.0);
  EXPECT_EQ(named_of(small_fixture_of(LongRopeFamily{near, far, 1024, 8192})).count("longrope-list"), 1U);
  EXPECT_EQ(named_of(small_fixture_of(LongRopeFamily{near, far, 1024, 512})).count("longrope-list"), 1U);
  EXPECT_EQ(named_of(small_fixture_of(Llama3Family{8, 1, 4, 1024})).count("scale-linear"), 1U);
}

TEST(Diagnose, SaysNothingOfWhatIsNotOnTheList) {
  const Response swapped =
      respond_with(small_fixture(), DType::f32, Pairing::half_split, [](Exactly y, Head, std::int64_t, int) {
        return Exactly{y.y1, y.y0};
      });
  EXPECT_FALSE(diagnose(swapped, small_fixture()).has_value());
  const Response scaled =
      respond_with(small_fixture(), DType::f32, Pairing::half_split, [](Exactly y, Head, std::int64_t, int) {
        return Exactly{1.2 * y.y0, 1.2 * y.y1};
      });
  EXPECT_FALSE(diagnose(scaled, small_fixture()).has_value());
}

}  // namespace
}  // namespace rope::conformance
