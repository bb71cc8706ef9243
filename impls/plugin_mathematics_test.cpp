// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The mathematics of the right plug-ins: known values, identities that hold bit for bit, and the way back.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "impls/loaded_plugin.hpp"

namespace rope::impls {
namespace {

struct Parameter {
  std::string plugin;
  rope_dtype dtype;

  friend void PrintTo(const Parameter& p, std::ostream* out) { *out << p.plugin; }
};

std::string readable(const testing::TestParamInfo<Parameter>& info) {
  std::string text = info.param.plugin;
  std::replace(text.begin(), text.end(), '-', '_');
  return text + (info.param.dtype == ROPE_F32 ? "_fp32" : info.param.dtype == ROPE_F16 ? "_fp16" : "_bf16");
}

class PluginMathematics : public testing::TestWithParam<Parameter> {
 protected:
  PluginMathematics() : plugin(GetParam().plugin), dtype(GetParam().dtype) {}

  Tensor random_tensor(Tensor::Index shape) const {
    Tensor t(dtype, shape);
    t.randomize(7);
    return t;
  }

  LoadedPlugin plugin;
  rope_dtype dtype;
};

TEST_P(PluginMathematics, KnownCosAndSin) {
  // Base 16, rotary_dim 4: inv_freq is 1 and 1/4, exactly. Pair 0 at position 1 and pair 1 at position 4 both turn by
  // one radian. cos 1 and sin 1, correctly rounded to binary64:
  const double cos1 = 0x1.14a280fb5068cp-1, sin1 = 0x1.aed548f090ceep-1;
  // Neither is near a midpoint of any of the formats, and fp32's cosf, sinf are good to an ulp.
  const double allowed = dtype == ROPE_F32 ? 0x1p-24 : 0;
  for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
    rope_spec spec = usual_spec(pairing);
    spec.head_dim = spec.rotary_dim = 4;
    spec.angles.parametric.base = 16;
    for (const int pair : {0, 1}) {
      const std::int64_t e0 = pairing == ROPE_HALF_SPLIT ? pair : 2 * pair;
      const std::int64_t e1 = pairing == ROPE_HALF_SPLIT ? pair + 2 : 2 * pair + 1;
      Tensor unit(dtype, {1, 1, 2, 4});  // head 0: e0, head 1: e1
      unit.for_each(
          [&](Tensor::Index at) { unit.set(at, Tensor::to_bits(dtype, at[3] == (at[2] == 0 ? e0 : e1) ? 1 : 0)); });
      const std::int64_t position = pair == 0 ? 1 : 4;
      const auto expect = [&](const Tensor& y, Tensor::Index at, double exact) {
        EXPECT_NEAR(y.value(at), Tensor::to_value(dtype, Tensor::to_bits(dtype, exact)), allowed);
      };
      const Tensor forward = rotated(plugin, spec, unit, {position});
      expect(forward, {0, 0, 0, e0}, cos1);
      expect(forward, {0, 0, 0, e1}, sin1);
      expect(forward, {0, 0, 1, e0}, -sin1);
      expect(forward, {0, 0, 1, e1}, cos1);
      const Tensor backward = rotated(plugin, spec, unit, {position}, ROPE_BACKWARD);
      expect(backward, {0, 0, 0, e0}, cos1);
      expect(backward, {0, 0, 0, e1}, -sin1);
      expect(backward, {0, 0, 1, e0}, sin1);
      expect(backward, {0, 0, 1, e1}, cos1);
    }
  }
}

TEST_P(PluginMathematics, PositionZeroReturnsTheInput) {
  const Tensor q = random_tensor({1, 3, 2, 16});
  for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
    EXPECT_TRUE(rotated(plugin, usual_spec(ROPE_HALF_SPLIT), q, {0, 0, 0}, direction).same_elements(q));
  }
}

TEST_P(PluginMathematics, PairingsAgreeBitForBitUnderThePermutation) {
  const std::vector<std::int64_t> positions{0, 1, 77, 4096, 131071};
  const Tensor half = random_tensor({1, 5, 2, 16});
  Tensor interleaved(dtype, half.shape());
  const auto permuted = [](Tensor::Index at) {
    return Tensor::Index{at[0], at[1], at[2], at[3] < 8 ? 2 * at[3] : 2 * (at[3] - 8) + 1};
  };
  half.for_each([&](Tensor::Index at) { interleaved.set(permuted(at), half.get(at)); });
  const Tensor a = rotated(plugin, usual_spec(ROPE_HALF_SPLIT), half, positions);
  const Tensor b = rotated(plugin, usual_spec(ROPE_INTERLEAVED), interleaved, positions);
  a.for_each([&](Tensor::Index at) { EXPECT_EQ(a.get(at), b.get(permuted(at))); });
}

TEST_P(PluginMathematics, NegativePositionsTurnBack) {
  const Tensor q = random_tensor({1, 4, 2, 16});
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  EXPECT_TRUE(rotated(plugin, spec, q, {-1, -5, -77, -131071})
                  .same_elements(rotated(plugin, spec, q, {1, 5, 77, 131071}, ROPE_BACKWARD)));
}

/// Norm of pair i of head h at token s, half-split with 16 elements.
double pair_norm(const Tensor& t, std::int64_t s, std::int64_t h, std::int64_t i) {
  return std::hypot(t.value({0, s, h, i}), t.value({0, s, h, i + 8}));
}

TEST_P(PluginMathematics, BackwardInvertsForward) {
  // Both directions use one table (c', s'), |(c', s') - (cos, sin)| <= D for a unit vector (cos, sin). So the way there
  // and back is off by at most r (2 L + L^2), L = D + rho (1 + D) + kappa (1 + rho)(1 + D): D per component is 1 ulp of
  // trigonometry (2^-24 below 1) and half an ulp of the table (u_T/2 below 1); rho = sqrt(5) u_a (Brent, Percival,
  // Zimmermann 2007) for arithmetic with unit roundoff u_a; kappa = u_T for the last rounding. Inputs and results are
  // far from the subnormal range but for sums that nearly cancel, which then are exact.
  const double u_t = dtype == ROPE_F32 ? 0x1p-24 : dtype == ROPE_F16 ? 0x1p-11 : 0x1p-8;
  const bool usual = GetParam().plugin == "usual";
  const double u_a = usual ? u_t : 0x1p-24;  // double is better than that
  const double d = std::sqrt(2.0) * (0x1p-24 + (usual ? u_t / 2 : 0));
  const double rho = std::sqrt(5.0) * u_a, kappa = usual ? 0 : u_t;
  const double l = d + rho * (1 + d) + kappa * (1 + rho) * (1 + d);
  const double eta = dtype == ROPE_F16 ? 0x1p-24 : 0x1p-133;  // products of the usual fp16 pipeline can be subnormal

  const std::vector<std::int64_t> positions{1, 2, 355, 4096, 104348, 131071};
  const Tensor q = random_tensor({1, 6, 8, 16});
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  const Tensor there = rotated(plugin, spec, q, positions);
  const Tensor back = rotated(plugin, spec, there, positions, ROPE_BACKWARD);
  double worst = 0;
  for (std::int64_t s = 0; s < 6; ++s) {
    for (std::int64_t h = 0; h < 8; ++h) {
      for (std::int64_t i = 0; i < 8; ++i) {
        const double error = std::hypot(back.value({0, s, h, i}) - q.value({0, s, h, i}),
                                        back.value({0, s, h, i + 8}) - q.value({0, s, h, i + 8}));
        const double bound = pair_norm(q, s, h, i) * (2 * l + l * l) + 4 * eta;
        EXPECT_LE(error, bound);
        worst = std::max(worst, error / bound);
      }
    }
  }
  EXPECT_GT(worst, 0.05) << "a bound that nothing comes near checks nothing";
}

TEST_P(PluginMathematics, Llama3ScalingChangesOnlyLongWavelengths) {
  // d = 128, base 5e5, Llama 3.1's numbers: pairs below 29 are kept, those from 35 on divided by 8 (exactly).
  rope_spec plain = usual_spec(ROPE_HALF_SPLIT);
  plain.head_dim = plain.rotary_dim = 128;
  rope_spec scaled = plain;
  scale_as_llama3(scaled);
  double unscaled[64], inv_freq[64];
  Prepared a(plugin, plain), b(plugin, scaled);
  ASSERT_EQ(plugin.api().export_inv_freq(a.handle(), unscaled, 64), ROPE_OK);
  ASSERT_EQ(plugin.api().export_inv_freq(b.handle(), inv_freq, 64), ROPE_OK);
  EXPECT_EQ(plugin.api().export_inv_freq(b.handle(), inv_freq, 63), ROPE_INVALID_ARGUMENT);
  for (int i = 0; i < 64; ++i) {
    // 2 ulp of the power, and the exponent's rounding: |x ln(base)| <= 13.2, half an ulp of x <= 2^-25.
    EXPECT_NEAR(unscaled[i], std::pow(500000.0, -i / 64.0), unscaled[i] * (13.2 * 0x1p-25 + 3 * 0x1p-23)) << i;
    if (i < 29) {
      EXPECT_EQ(inv_freq[i], unscaled[i]) << i;
    } else if (i >= 35) {
      EXPECT_EQ(inv_freq[i], unscaled[i] / 8) << i;
    } else {
      // The mixture, from this plug-in's own unscaled frequency; a dozen roundings with weights below 8.
      const double f = unscaled[i], smooth = (8192 * f / 6.283185307179586 - 1) / 3;
      EXPECT_NEAR(inv_freq[i], (1 - smooth) * f / 8 + smooth * f, f * 12 * 0x1p-24) << i;
      EXPECT_LT(inv_freq[i], unscaled[i]);
      EXPECT_GT(inv_freq[i], unscaled[i] / 8);
    }
  }
}

TEST_P(PluginMathematics, DynamicNtkGrowsTheBase) {
  // Growth 2·12288/4096 - 1 = 5, exactly in every format, so base = 5e5·5^(128/126).
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  spec.head_dim = spec.rotary_dim = 128;
  scale_as_dynamic_ntk(spec);
  Prepared prepared(plugin, spec);
  if (GetParam().plugin == "template") {
    EXPECT_EQ(prepared.status, ROPE_UNSUPPORTED);
    return;
  }
  double inv_freq[64];
  ASSERT_EQ(plugin.api().export_inv_freq(prepared.handle(), inv_freq, 64), ROPE_OK);
  const double base = 500000 * std::pow(5.0, 128.0 / 126);
  for (int i = 0; i < 64; ++i) {
    // Of the base: 2 ulp of the power, 1.64 half ulps of its exponent (ln 5·128/126), two roundings. Then as above,
    // with |x ln(base)| <= 14.8.
    EXPECT_NEAR(inv_freq[i], std::pow(base, -i / 64.0), inv_freq[i] * (14.8 * 0x1p-25 + 7 * 0x1p-23)) << i;
  }
  EXPECT_EQ(inv_freq[0], 1);
  spec.angles.parametric.sequence_length = 100;  // shorter than the original length: not scaled
  Prepared unscaled(plugin, spec);
  ASSERT_EQ(plugin.api().export_inv_freq(unscaled.handle(), inv_freq, 64), ROPE_OK);
  EXPECT_NEAR(inv_freq[63], std::pow(500000.0, -63 / 64.0), inv_freq[63] * (13.2 * 0x1p-25 + 3 * 0x1p-23));
}

INSTANTIATE_TEST_SUITE_P(Plugins, PluginMathematics,
                         testing::Values(Parameter{"usual", ROPE_F32}, Parameter{"usual", ROPE_F16},
                                         Parameter{"usual", ROPE_BF16}, Parameter{"one-rounding", ROPE_F32},
                                         Parameter{"one-rounding", ROPE_F16}, Parameter{"one-rounding", ROPE_BF16},
                                         Parameter{"careful", ROPE_F32}, Parameter{"careful", ROPE_F16},
                                         Parameter{"careful", ROPE_BF16}, Parameter{"device-arithmetic", ROPE_F32},
                                         Parameter{"device-arithmetic", ROPE_F16},
                                         Parameter{"device-arithmetic", ROPE_BF16}, Parameter{"fused", ROPE_F32},
                                         Parameter{"fused", ROPE_F16}, Parameter{"fused", ROPE_BF16},
                                         Parameter{"template", ROPE_F32}),
                         readable);

TEST(PluginMathematics, InFp32TheUsualPipelineIsTheOneRoundingPipeline) {
  Tensor q(ROPE_F32, {1, 3, 2, 16});
  q.randomize(3);
  const rope_spec spec = usual_spec(ROPE_INTERLEAVED);
  EXPECT_TRUE(rotated(LoadedPlugin("usual"), spec, q, {9, 99, 999})
                  .same_elements(rotated(LoadedPlugin("one-rounding"), spec, q, {9, 99, 999})));
}

}  // namespace
}  // namespace rope::impls
