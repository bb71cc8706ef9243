// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Agreement of the two pairings: bitwise where bits are promised, else within the bound, and not a cell beyond.
#include "conformance/checks/pairing_equivalence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "conformance/testing/synthetic.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;
using ::testing::HasSubstr;

/// One unit in the last place more in one component of one cell.
Response one_ulp_off(DType dtype, Pairing pairing) {
  Response response = respond_with(small_fixture(), dtype, pairing, {});
  response.output[2].at(101) ^= 1U;
  return response;
}

TEST(PairingEquivalence, EqualBitsPass) {
  for (DType dtype : tensor_dtypes) {
    const Judge judge(small_fixture(), dtype, std::nullopt);
    const reports::Case result =
        pairing_equivalence(respond_with(small_fixture(), dtype, Pairing::half_split, {}),
                            respond_with(small_fixture(), dtype, Pairing::interleaved, {}), small_fixture(), judge);
    EXPECT_EQ(result.verdict, Verdict::pass);
    EXPECT_EQ(result.ratio, 0.0);
  }
}

TEST(PairingEquivalence, AnUlpIsAllowedUnlessBitsArePromised) {
  for (DType dtype : tensor_dtypes) {
    const Response half = one_ulp_off(dtype, Pairing::half_split);
    const Response interleaved = respond_with(small_fixture(), dtype, Pairing::interleaved, {});
    const Judge free(small_fixture(), dtype, std::nullopt);
    const reports::Case allowed = pairing_equivalence(half, interleaved, small_fixture(), free);
    EXPECT_EQ(allowed.verdict, Verdict::pass) << name(dtype) << " " << allowed.message;
    EXPECT_GT(allowed.ratio.value_or(0), 0);
    EXPECT_THAT(allowed.message, HasSubstr("not bit-identical in 1 of"));
    Contract bits = baseline_contract(dtype);
    bits.bit_reproducible = true;
    const Judge pinned(small_fixture(), dtype, bits);
    EXPECT_EQ(pairing_equivalence(half, interleaved, small_fixture(), pinned).verdict, Verdict::fail);
  }
}

TEST(PairingEquivalence, OneWrongCellFails) {
  const Judge judge(small_fixture(), DType::bf16, std::nullopt);
  const Response half = respond_with(small_fixture(), DType::bf16, Pairing::half_split,
                                     [](Exactly y, Head head, std::int64_t position, int pair) {
                                       if (head == Head::e1 && position == 3 && pair == 6) y.y0 += 0.1;
                                       return y;
                                     });
  const reports::Case result = pairing_equivalence(
      half, respond_with(small_fixture(), DType::bf16, Pairing::interleaved, {}), small_fixture(), judge);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_EQ(result.worst->position, 3);
  EXPECT_EQ(result.worst->pair, 6);
}

TEST(PairingEquivalence, TheSameNaNInBothFails) {
  for (DType dtype : tensor_dtypes) {
    const auto broken = [&](Pairing pairing) {
      Response response = respond_with(small_fixture(), dtype, pairing, {});
      response.output[4].at(33) = static_cast<std::uint32_t>(round_to_bits(dtype, NAN));
      return response;
    };
    // trig ~1e308: a bound beyond all numbers allows no NaN either.
    for (const char* declared : {"trig=f32~2ulp", "trig=f32~1e308ulp"}) {
      const Judge judge(small_fixture(), dtype, std::get<Contract>(parse_contract(declared, dtype)));
      EXPECT_EQ(pairing_equivalence(broken(Pairing::half_split), broken(Pairing::interleaved), small_fixture(), judge)
                    .verdict,
                Verdict::fail)
          << name(dtype) << " " << declared;
    }
  }
}

TEST(PairingEquivalence, ALooseContractExcusesNothing) {
  // A table good to nothing would make any product's rounding as large.
  const Judge judge(small_fixture(), DType::f32, std::get<Contract>(parse_contract("trig=f32~1e308ulp", DType::f32)));
  const Response half =
      respond_with(small_fixture(), DType::f32, Pairing::half_split, [](Exactly y, Head, std::int64_t, int) {
        return Exactly{y.y0 * (1 + 0x1p-9), y.y1};
      });
  EXPECT_EQ(pairing_equivalence(half, respond_with(small_fixture(), DType::f32, Pairing::interleaved, {}),
                                small_fixture(), judge)
                .verdict,
            Verdict::fail);
}

TEST(PairingEquivalence, OfOnePairingSaysWhatItIs) {
  const Judge judge(small_fixture(), DType::f32, std::nullopt);
  const Response only = respond_with(small_fixture(), DType::f32, Pairing::interleaved, {});
  const reports::Case good = pairing_equivalence_of_one(only, small_fixture(), judge, false);
  EXPECT_EQ(good.verdict, Verdict::pass);
  EXPECT_THAT(good.message, HasSubstr("interleaved only"));
  const Response wrong =
      respond_with(small_fixture(), DType::f32, Pairing::interleaved, [](Exactly y, Head, std::int64_t, int) {
        return Exactly{y.y1, y.y0};
      });
  EXPECT_EQ(pairing_equivalence_of_one(wrong, small_fixture(), judge, false).verdict, Verdict::fail);
}

}  // namespace
}  // namespace rope::conformance
