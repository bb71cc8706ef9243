// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What moves an inner product under a common shift, and what does not.
#include "conformance/checks/relative_position.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;
using ::testing::HasSubstr;

/// The angle an implementation uses at a position, by pair.
using Angle = std::function<double(std::int64_t position, double inv_freq)>;

double exact_angle(std::int64_t position, double inv_freq) {
  return static_cast<double>(position) * inv_freq;
}

/// Rotates the call's rows in binary64 and rounds once; `used` is the pairing the implementation really rotates in.
RotateAnswer answer(const RelativeCall& call, Pairing used, const Angle& angle) {
  const Spec& spec = call.request.spec;
  RotateAnswer out;
  out.status = RotateAnswer::Status::ok;
  const auto rotate = [&](const std::vector<std::uint32_t>& tensor) {
    std::vector<std::uint32_t> rotated = tensor;
    for (std::size_t token = 0; token < call.request.positions.size(); ++token) {
      for (int pair = 0; pair < spec.pairs(); ++pair) {
        const double a =
            angle(call.request.positions[token], small_fixture().inv_freq[static_cast<std::size_t>(pair)].hi);
        const auto at = [&](int element) {
          return token * static_cast<std::size_t>(spec.head_dim) +
                 static_cast<std::size_t>(element_of_pair(used, spec.rotary_dim, pair, element));
        };
        const DType dtype = call.request.dtype;
        const double x0 = to_double(dtype, tensor[at(0)]);
        const double x1 = to_double(dtype, tensor[at(1)]);
        const auto bits = [&](double y) { return static_cast<std::uint32_t>(round_to_bits(dtype, y)); };
        rotated[at(0)] = bits(x0 * std::cos(a) - x1 * std::sin(a));
        rotated[at(1)] = bits(x0 * std::sin(a) + x1 * std::cos(a));
      }
    }
    return rotated;
  };
  out.q = rotate(call.request.q);
  out.k = rotate(call.request.k);
  return out;
}

reports::Case judged(DType dtype, Pairing asked, Pairing used, const Angle& angle,
                     const std::optional<Contract>& contract = std::nullopt) {
  const RelativeCall call = relative_call(small_fixture(), dtype, asked);
  const Judge judge(small_fixture(), dtype, contract);
  return relative_position(call, answer(call, used, angle), small_fixture(), judge, false).record;
}

TEST(Placements, ReachTheLimitAndStayBelowIt) {
  for (std::int64_t limit : {16, 4096, 131072}) {
    const auto all = placements(limit);
    EXPECT_GT(all.size(), 4U);
    EXPECT_LE(all.size(), 270U);
    std::int64_t furthest = 0;
    std::set<std::int64_t> distances;
    for (const Placement& p : all) {
      EXPECT_GT(p.shift, 0);
      EXPECT_GE(std::min(p.m, p.n), 0);
      furthest = std::max(furthest, std::max(p.m, p.n) + p.shift);
      distances.insert(p.m - p.n);
    }
    EXPECT_EQ(furthest, limit - 1);
    EXPECT_LT(*distances.begin(), 0) << "both orders";
    EXPECT_GT(*distances.rbegin(), 0);
  }
}

TEST(RelativePosition, HonestArithmeticPassesInEachDtypeAndPairing) {
  for (DType dtype : tensor_dtypes) {
    for (Pairing pairing : {Pairing::half_split, Pairing::interleaved}) {
      const reports::Case result = judged(dtype, pairing, pairing, exact_angle);
      EXPECT_EQ(result.verdict, Verdict::pass) << name(dtype) << " " << result.message;
      EXPECT_GT(result.ratio.value_or(0), 1e-3) << "rounding must be visible";
      const reports::Case single = judged(dtype, pairing, pairing, [](std::int64_t p, double f) {
        return static_cast<double>(static_cast<float>(p) * static_cast<float>(f));
      });
      EXPECT_EQ(single.verdict, Verdict::pass) << name(dtype) << " " << single.message;
    }
  }
}

TEST(RelativePosition, FrequencyErrorAndCommonShiftDropOut) {
  const auto wrong_frequency = [](std::int64_t p, double f) {
    return static_cast<double>(p) * round_to(DType::bf16, f);
  };
  EXPECT_EQ(judged(DType::f32, Pairing::half_split, Pairing::half_split, wrong_frequency).verdict, Verdict::pass);
  const auto late = [](std::int64_t p, double f) { return static_cast<double>(p + 1) * f; };
  EXPECT_EQ(judged(DType::f32, Pairing::half_split, Pairing::half_split, late).verdict, Verdict::pass);
}

TEST(RelativePosition, RoundedPositionsFailInEachDtype) {
  for (DType dtype : tensor_dtypes) {
    const reports::Case result = judged(dtype, Pairing::half_split, Pairing::half_split, [](std::int64_t p, double f) {
      return round_to(DType::bf16, static_cast<double>(p)) * f;
    });
    EXPECT_EQ(result.verdict, Verdict::fail) << name(dtype);
    EXPECT_GT(result.ratio.value_or(0), 1);
    EXPECT_THAT(result.message, HasSubstr("shift"));
  }
}

TEST(RelativePosition, SwappedPairsFailThoughTheSumIsRight) {
  for (Pairing asked : {Pairing::half_split, Pairing::interleaved}) {
    const Pairing used = asked == Pairing::half_split ? Pairing::interleaved : Pairing::half_split;
    EXPECT_EQ(judged(DType::f32, asked, used, exact_angle).verdict, Verdict::fail);
  }
}

TEST(RelativePosition, ContractTightensIt) {
  // fp32 angles under a contract that claims binary64: inside the usual bound, outside the claim.
  const auto claimed = std::get<Contract>(
      parse_contract("freq=f64:rpow angle=f64 trig=f64~1ulp table=none rotate=f64:mul out=f32:rn", DType::f32));
  const auto single = [](std::int64_t p, double f) {
    return static_cast<double>(static_cast<float>(p) * static_cast<float>(f));
  };
  EXPECT_EQ(judged(DType::f32, Pairing::half_split, Pairing::half_split, exact_angle, claimed).verdict, Verdict::pass);
  const reports::Case result = judged(DType::f32, Pairing::half_split, Pairing::half_split, single, claimed);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_THAT(result.message, HasSubstr("declared contract"));
}

TEST(RelativePosition, NotANumberFails) {
  const RelativeCall call = relative_call(small_fixture(), DType::f32, Pairing::half_split);
  RotateAnswer broken = answer(call, Pairing::half_split, exact_angle);
  broken.q.at(5) = 0x7fc00000U;
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  EXPECT_EQ(relative_position(call, broken, small_fixture(), judge, false).record.verdict, Verdict::fail);
  // Nor does a bound beyond all numbers allow it, accepted or not.
  const Judge boundless(small_fixture(), DType::f32,
                        std::get<Contract>(parse_contract("trig=f32~1e308ulp", DType::f32)));
  for (bool accept : {false, true}) {
    EXPECT_EQ(relative_position(call, broken, small_fixture(), boundless, accept).record.verdict, Verdict::fail);
  }
}

}  // namespace
}  // namespace rope::conformance
