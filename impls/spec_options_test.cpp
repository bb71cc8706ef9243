// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// pairing_out and query_scale: the plain result with its elements at other places, or with q multiplied.
#include <gtest/gtest.h>

#include <cmath>

#include "impls/bundled_plugin_test.hpp"

namespace rope::impls {
namespace {

const std::vector<std::int64_t> positions{0, 1, 77, 4096, 131071};

rope_pairing other(rope_pairing pairing) {
  return pairing == ROPE_HALF_SPLIT ? ROPE_INTERLEAVED : ROPE_HALF_SPLIT;
}

class SpecOptions : public BundledPlugin {
 protected:
  const Tensor q = random_tensor({2, 5, 3, 16});
};

TEST_P(SpecOptions, ChangingThePairingMovesThePlainResult) {
  for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
    for (const std::uint32_t rotary_dim : {16U, 10U}) {
      for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
        rope_spec spec = usual_spec(pairing);
        spec.rotary_dim = rotary_dim;
        spec.dim_offset = rotary_dim == 16 ? 0 : 4;
        const Tensor plain = rotated(plugin, spec, q, positions, direction);
        spec.pairing_out = other(pairing);
        const Tensor out = rotated(plugin, spec, q, positions, direction);
        const std::int64_t first = spec.dim_offset, pairs = rotary_dim / 2;
        out.for_each([&](Tensor::Index at) {
          Tensor::Index from = at;
          if (const std::int64_t e = at[3] - first; e >= 0 && e < 2 * pairs) {
            // Element e of the output's pairing is element `which` of a pair.
            const bool half_out = spec.pairing_out == ROPE_HALF_SPLIT;
            const std::int64_t pair = half_out ? e % pairs : e / 2, which = half_out ? e / pairs : e % 2;
            from[3] = first + (half_out ? 2 * pair + which : pair + which * pairs);
          }
          EXPECT_EQ(out.get(at), plain.get(from));
        });

        Tensor in_place = q;
        Prepared prepared(plugin, spec);
        ASSERT_EQ(prepared.apply(call_of(in_place.view(), in_place.view(), token_positions(positions), direction)),
                  ROPE_OK);
        EXPECT_TRUE(in_place.same_elements(out));
        EXPECT_TRUE(in_place.surroundings_untouched());
      }
    }
  }
}

TEST_P(SpecOptions, HalfAScaleHalvesEveryBitOfQAndNoneOfK) {
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  spec.rotary_dim = 12;
  const Tensor k = random_tensor({2, 5, 2, 16}, 3);
  for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
    spec.query_scale = 1;
    const Tensor plain = rotated(plugin, spec, q, positions, direction);
    const Tensor k_plain = rotated(plugin, spec, k, positions, direction);
    spec.query_scale = 0.5;
    Tensor q_in = q, k_in = k, q_out(dtype, q.shape()), k_out(dtype, k.shape());
    rope_call call = call_of(q_in.view(), q_out.view(), token_positions(positions), direction);
    call.k_in = k_in.view();
    call.k_out = k_out.view();
    Prepared prepared(plugin, spec);
    ASSERT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
    EXPECT_TRUE(k_out.same_elements(k_plain));
    q_out.for_each([&](Tensor::Index at) {
      if (at[3] >= 12) {
        EXPECT_EQ(q_out.get(at), q.get(at)) << "what does not rotate is copied";
      } else if (std::abs(plain.value(at)) >= (dtype == ROPE_F16 ? 0x1p-13 : 0x1p-125)) {
        EXPECT_EQ(q_out.value(at), plain.value(at) / 2);
      }
    });
  }
}

TEST_P(SpecOptions, AnyScaleCostsItsRoundings) {
  // The plain result and the scaled one have each one rounding to T, at most, after what they share; the usual pipeline
  // rounds both times. fp32's product and the scale itself in fp32 add less than another u_T.
  const double u = dtype == ROPE_F32 ? 0x1p-24 : dtype == ROPE_F16 ? 0x1p-11 : 0x1p-8;
  rope_spec spec = usual_spec(ROPE_INTERLEAVED);
  const Tensor plain = rotated(plugin, spec, q, positions);
  spec.query_scale = 0.08838834764831845;  // 1/sqrt(128)
  const Tensor out = rotated(plugin, spec, q, positions);
  out.for_each([&](Tensor::Index at) {
    const double exact = plain.value(at) * spec.query_scale;
    EXPECT_NEAR(out.value(at), exact, 3 * u * std::abs(exact) + (dtype == ROPE_F16 ? 0x1p-24 : 0));
  });
  EXPECT_FALSE(out.same_elements(plain));
}

INSTANTIATE_TEST_SUITE_P(Plugins, SpecOptions, testing::ValuesIn(bundled_plugins()), readable);

}  // namespace
}  // namespace rope::impls
