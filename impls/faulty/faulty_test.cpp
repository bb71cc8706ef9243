// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each faulty plug-in is wrong in exactly its one way: bit for bit it is a right one that was asked something else.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

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
  static bool is_first(const rope_spec& spec, Tensor::Index at) {
    return spec.pairing_in == ROPE_HALF_SPLIT ? at[3] < 64 : at[3] % 2 == 0;
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

TEST_P(Faulty, FreqBf16IsTheSameWithAContract) {
  const Tensor expected = rotated(LoadedPlugin("faulty/freq-bf16"), half, q, positions);
  for (const auto& [name, contract] : {std::pair{"faulty/freq-bf16-pinned", "freq=bf16:rpow(glibc)"},
                                       std::pair{"faulty/freq-bf16-bounded", "freq=bf16:rpow~2ulp"}}) {
    const LoadedPlugin declares(name);
    EXPECT_TRUE(rotated(declares, half, q, positions).same_elements(expected)) << name;
    const rope_impl_info& info = *declares.api().describe();
    ASSERT_EQ(info.contract_count, 3U) << name;
    for (std::uint32_t n = 0; n < 3; ++n) {
      EXPECT_NE(std::string(info.contracts[n].text).find(contract), std::string::npos) << info.contracts[n].text;
    }
  }
}

TEST_P(Faulty, TrigCoarseHasFourBitsOfCosAndSin) {
  Tensor unit(q.dtype(), q.shape());
  unit.for_each([&](Tensor::Index at) { unit.set(at, Tensor::to_bits(q.dtype(), is_first(half, at) ? 1 : 0)); });
  const Tensor out = rotated(LoadedPlugin("faulty/trig-coarse"), half, unit, positions);
  const Tensor expected = rotated(LoadedPlugin("usual"), half, unit, positions);
  out.for_each([&](Tensor::Index at) {
    int exponent = 0;
    const double fraction = std::frexp(out.value(at), &exponent) * 16;
    EXPECT_EQ(fraction, std::nearbyint(fraction));
    EXPECT_NEAR(out.value(at), expected.value(at), std::abs(expected.value(at)) * 0x1.1p-4);
  });
  EXPECT_FALSE(out.same_elements(expected));
}

TEST_P(Faulty, IdentityFarIsRightBelow4096AndRotatesNothingFromThereOn) {
  const LoadedPlugin faulty("faulty/identity-far"), right("usual");
  const std::vector<std::int64_t> near{0, 1, 255, 257, 1023, 4094, 4095};
  EXPECT_TRUE(rotated(faulty, half, q, near).same_elements(rotated(right, half, q, near)));
  const std::vector<std::int64_t> far{4096, 4097, 5000, 8191, 8192, 65537, 131070};
  const Tensor out = rotated(faulty, half, q, far);
  out.for_each([&](Tensor::Index at) { EXPECT_EQ(out.value(at), q.value(at)); });
}

TEST_P(Faulty, ScaleIgnoredIsRightWithoutScaling) {
  const LoadedPlugin faulty("faulty/scale-ignored"), right("usual");
  rope_spec unscaled = half;
  unscaled.angles.parametric.family = ROPE_FAMILY_DEFAULT;
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(rotated(right, unscaled, q, positions)));
  EXPECT_TRUE(rotated(faulty, unscaled, q, positions).same_elements(rotated(right, unscaled, q, positions)));
  EXPECT_FALSE(rotated(faulty, half, q, positions).same_elements(rotated(right, half, q, positions)));
}

TEST_P(Faulty, NormScaledIsRightForAnAttentionFactorOfOnePointZeroOne) {
  const LoadedPlugin faulty("faulty/norm-scaled"), right("one-rounding");
  rope_spec longer = half;
  longer.attention_factor = 1.01;
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(rotated(right, longer, q, positions)));
  EXPECT_FALSE(rotated(faulty, half, q, positions).same_elements(rotated(right, half, q, positions)));
}

TEST_P(Faulty, BackwardSignRotatesForwardBothWays) {
  const LoadedPlugin faulty("faulty/backward-sign"), right("one-rounding");
  const Tensor forward = rotated(right, half, q, positions);
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(forward));
  EXPECT_TRUE(rotated(faulty, half, q, positions, ROPE_BACKWARD).same_elements(forward));
  EXPECT_FALSE(rotated(right, half, q, positions, ROPE_BACKWARD).same_elements(forward));
}

TEST_P(Faulty, OffsetIgnoredIsRightFromZeroOn) {
  const LoadedPlugin faulty("faulty/offset-ignored"), right("one-rounding");
  const Tensor from_zero = rotated(right, half, q, {0, 1, 2, 3, 4, 5, 6});
  const std::vector<std::int64_t> starts{1000, 50};
  rope_positions by_row = token_positions(starts), one{};
  by_row.kind = ROPE_POSITIONS_BATCH_OFFSET;
  one.struct_size = sizeof(one);
  one.kind = ROPE_POSITIONS_OFFSET;
  one.offset = 1000;
  for (const rope_positions& given : {by_row, one}) {
    Tensor in = q, out(q.dtype(), q.shape()), expected(q.dtype(), q.shape());
    Prepared a(faulty, half), b(right, half);
    ASSERT_EQ(a.apply(call_of(in.view(), out.view(), given)), ROPE_OK) << a.error();
    ASSERT_EQ(b.apply(call_of(in.view(), expected.view(), given)), ROPE_OK) << b.error();
    EXPECT_TRUE(out.same_elements(from_zero));
    EXPECT_FALSE(out.same_elements(expected));
  }
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(rotated(right, half, q, positions)));
  // An offset past the model's limit is refused all the same.
  one.offset = half.max_position;
  Tensor in = q, out = q;
  EXPECT_EQ(Prepared(faulty, half).apply(call_of(in.view(), out.view(), one)), ROPE_INVALID_ARGUMENT);
  EXPECT_TRUE(out.same_elements(q));
}

TEST_P(Faulty, TailLostIsRightInPlaceAndWhereEverythingRotates) {
  const LoadedPlugin faulty("faulty/tail-lost"), right("one-rounding");
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(rotated(right, half, q, positions)));
  half.rotary_dim = 64;
  half.dim_offset = 32;
  const Tensor out = rotated(faulty, half, q, positions), expected = rotated(right, half, q, positions);
  out.for_each([&](Tensor::Index at) {
    const bool rotates = at[3] >= 32 && at[3] < 96;
    EXPECT_EQ(out.get(at), rotates ? expected.get(at) : 0U);
  });
  Tensor in_place = q;
  ASSERT_EQ(Prepared(faulty, half).apply(call_of(in_place.view(), in_place.view(), token_positions(positions))),
            ROPE_OK);
  EXPECT_TRUE(in_place.same_elements(expected));
}

TEST_P(Faulty, ThroughBf16IsRightButForItsPrecision) {
  const LoadedPlugin faulty("faulty/through-bf16"), right("one-rounding");
  const Tensor out = rotated(faulty, half, q, positions), expected = rotated(right, half, q, positions);
  if (q.dtype() == ROPE_BF16) {
    EXPECT_TRUE(out.same_elements(expected));
    return;
  }
  // In fp32 the right output is the number before rounding; in fp16 it has been rounded once already, and where that
  // rounding met the middle between two bf16 numbers the second may go the other way. Those are within one bf16 ulp.
  out.for_each([&](Tensor::Index at) {
    const double through = kernel::Bf16::value(kernel::Bf16::round(expected.value(at)));
    if (q.dtype() == ROPE_F32) {
      EXPECT_EQ(out.value(at), through);
    } else {
      EXPECT_NEAR(out.value(at), through, std::abs(through) * 0x1p-7);
      EXPECT_EQ(out.value(at), kernel::Bf16::value(kernel::Bf16::round(out.value(at))));
    }
  });
  EXPECT_FALSE(out.same_elements(expected));
}

TEST_P(Faulty, InplaceAliasIsRightOutOfPlace) {
  const LoadedPlugin faulty("faulty/inplace-alias"), right("one-rounding");
  for (const rope_spec& spec : {half, interleaved}) {
    const Tensor expected = rotated(right, spec, q, positions);
    EXPECT_TRUE(rotated(faulty, spec, q, positions).same_elements(expected));
    Tensor in_place = q;
    ASSERT_EQ(Prepared(faulty, spec).apply(call_of(in_place.view(), in_place.view(), token_positions(positions))),
              ROPE_OK);
    // The first elements are right; the second are those of a pair whose first element is the rotated one.
    Tensor mixed = q;
    mixed.for_each([&](Tensor::Index at) {
      if (is_first(spec, at)) mixed.set(at, expected.get(at));
    });
    const Tensor of_mixed = rotated(right, spec, mixed, positions);
    in_place.for_each([&](Tensor::Index at) {
      EXPECT_EQ(in_place.get(at), is_first(spec, at) ? expected.get(at) : of_mixed.get(at));
    });
    EXPECT_FALSE(in_place.same_elements(expected));
  }
}

TEST_P(Faulty, NanSpreadsToThePairBeforeAndIsRightWithout) {
  const LoadedPlugin faulty("faulty/nan-spreads"), right("one-rounding");
  const Tensor expected = rotated(right, half, q, positions);
  EXPECT_TRUE(rotated(faulty, half, q, positions).same_elements(expected));
  for (const double special : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Tensor in = q;
    for (const std::int64_t pair : {0, 5, 63}) {
      in.set({1, 3, 2, pair}, Tensor::to_bits(q.dtype(), special));
    }
    const Tensor out = rotated(faulty, half, in, positions), kept = rotated(right, half, in, positions);
    Tensor in_place = in;
    ASSERT_EQ(Prepared(faulty, half).apply(call_of(in_place.view(), in_place.view(), token_positions(positions))),
              ROPE_OK);
    out.for_each([&](Tensor::Index at) {
      const std::int64_t pair = at[3] % 64;
      const bool touched = at[0] == 1 && at[1] == 3 && at[2] == 2;
      if (touched && (pair == 4 || pair == 62)) {
        // The first element meets the special one, the second its finite partner.
        EXPECT_EQ(std::isnan(out.value(at)), at[3] < 64);
        EXPECT_TRUE(std::isfinite(kept.value(at)));
      } else {
        EXPECT_TRUE(out.get(at) == kept.get(at) || (std::isnan(out.value(at)) && std::isnan(kept.value(at))));
      }
      EXPECT_TRUE(in_place.get(at) == out.get(at) || (std::isnan(in_place.value(at)) && std::isnan(out.value(at))));
    });
  }
}

TEST_P(Faulty, CallDependentIsRightEveryOtherCall) {
  const LoadedPlugin faulty("faulty/call-dependent"), right("one-rounding");
  std::vector<std::int64_t> next = positions;
  for (std::int64_t& p : next) {
    ++p;
  }
  const Tensor expected = rotated(right, half, q, positions), later = rotated(right, half, q, next);
  ASSERT_FALSE(expected.same_elements(later));
  Prepared prepared(faulty, half), other(faulty, half);
  Tensor in = q, out(q.dtype(), q.shape());
  for (int call = 0; call < 4; ++call) {
    ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), token_positions(positions))), ROPE_OK) << prepared.error();
    EXPECT_TRUE(out.same_elements(call % 2 == 0 ? expected : later)) << call;
    // A refused call leaves the state alone, and says why.
    EXPECT_EQ(prepared.apply(call_of(in.view(), out.view(), token_positions({131072, 0, 0, 0, 0, 0, 0}))),
              ROPE_INVALID_ARGUMENT);
    EXPECT_NE(prepared.error(), "");
  }
  ASSERT_EQ(other.apply(call_of(in.view(), out.view(), token_positions(positions))), ROPE_OK);
  EXPECT_TRUE(out.same_elements(expected)) << "each handle has its own state";
}

INSTANTIATE_TEST_SUITE_P(Dtypes, Faulty, testing::Values(ROPE_F32, ROPE_F16, ROPE_BF16));

}  // namespace
}  // namespace rope::impls
