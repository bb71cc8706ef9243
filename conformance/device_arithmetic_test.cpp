// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Cosines and sines of the accurate arithmetic of GPUs (impls/kernel/accurate_turn.hpp) against exact ones, far past
// any model's positions.
#include "impls/kernel/device_arithmetic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <variant>
#include <vector>

#include "reference/exact.hpp"
#include "reference/spec_of.hpp"

namespace rope::conformance {
namespace {

using kernel::DeviceArithmetic;
using kernel::DeviceFrequency;

rope_parametric parameters_of(const Spec& spec) {
  rope_parametric p{};
  p.struct_size = sizeof(p);
  p.family = ROPE_FAMILY_DEFAULT;
  p.base = spec.theta;
  if (const auto* llama3 = std::get_if<Llama3Family>(&spec.family)) {
    p.family = ROPE_FAMILY_LLAMA3;
    p.factor = llama3->factor;
    p.low_freq_factor = llama3->low_freq_factor;
    p.high_freq_factor = llama3->high_freq_factor;
    p.original_max_position = llama3->original_max_position;
  }
  if (const auto* dynamic = std::get_if<DynamicNtkFamily>(&spec.family)) {
    p.family = ROPE_FAMILY_DYNAMIC_NTK;
    p.factor = dynamic->factor;
    p.original_max_position = dynamic->original_max_position;
    p.sequence_length = dynamic->sequence_length;
  }
  return p;
}

DeviceFrequency frequency_of(const Spec& spec, int pair) {
  if (const auto* given = std::get_if<GivenFamily>(&spec.family)) {
    return DeviceFrequency(given->inv_freq[static_cast<std::size_t>(pair)]);
  }
  return DeviceArithmetic::inv_freq(parameters_of(spec), static_cast<std::uint32_t>(spec.rotary_dim),
                                    static_cast<std::uint32_t>(pair));
}

std::vector<Spec> specs() {
  return {spec_of(128, 1e4), spec_of(96, 1e7, DefaultFamily{}, 1.4177), spec_of(128, 5e5, Llama3Family{8, 1, 4, 8192}),
          spec_of(80, 1e4, DynamicNtkFamily{3.7, 4096, 70000}), spec_of(8, 0, GivenFamily{{1, 0.1F, 3.25e-7, 1e-3}})};
}

/// Of what frequencies lose relative to themselves: a power to 1 ulp, a division, the exponent's rounding times ln
/// theta
/// <= 16, and what Llama 3's band and dynamic NTK's base add, a dozen roundings with weights up to 8 (docs/numerics.md,
/// S1): below 2^6 units of long double's roundoff. Given ones lose nothing.
double frequency_error(const Spec& spec) {
  return std::holds_alternative<GivenFamily>(spec.family)
             ? 0
             : std::ldexp(1, 6 - std::min(std::numeric_limits<long double>::digits, 64));
}

/// Of the error to A times (7e-10 in cos and sin each, and the angle's): `most` bounds the positions.
double worst_ratio(const Spec& spec, std::int64_t most, int count, std::uint64_t seed) {
  const Exact exact(spec);
  std::mt19937_64 generator(seed);
  double worst = 0;
  for (int n = 0; n < count; ++n) {
    const int pair = static_cast<int>(generator() % static_cast<std::uint64_t>(spec.pairs()));
    const auto magnitude = static_cast<std::int64_t>(generator() % static_cast<std::uint64_t>(most)) + 1;
    const std::int64_t position = n % 2 == 0 ? magnitude : -magnitude;
    const DeviceFrequency frequency = frequency_of(spec, pair);
    const auto turn = kernel::turn_at(frequency.turns, position, kernel::two_floats(spec.attention_factor));
    const Exact::Trig trig = exact.trig(position, pair);
    const auto off = [](const kernel::TwoFloats& got, const DoubleDouble& value) {
      return static_cast<double>(got.hi) - value.hi + (static_cast<double>(got.lo) - value.lo);
    };
    const double error = std::hypot(off(turn.c0, trig.cos.value), off(turn.s0, trig.sin.value));
    // 2^-97 turns for each position are 2^-94.3 radians; A in two words is off by 2^-48.
    const double p = static_cast<double>(magnitude);
    const double angle = p * (std::fabs(exact.inv_freq(pair).hi) * frequency_error(spec) + 0x1p-94);
    worst = std::max(worst, error / (spec.attention_factor * (std::sqrt(2.0) * 7e-10 + angle + 0x1p-46)));
  }
  return worst;
}

TEST(DeviceArithmetic, IsWithinItsBoundUpToAMillion) {
  for (const Spec& spec : specs()) {
    const double worst = worst_ratio(spec, std::int64_t{1} << 20, 20'000, 1);
    EXPECT_LE(worst, 1) << name(spec.family);
    EXPECT_GT(worst, 0.1) << "a bound this far away would see nothing";
  }
}

TEST(DeviceArithmetic, AndAtPositionsThatNoBinary64ProductKeeps) {
  for (const Spec& spec : specs()) {
    EXPECT_LE(worst_ratio(spec, std::int64_t{1} << 30, 5'000, 2), 1) << name(spec.family);
    EXPECT_LE(worst_ratio(spec, std::int64_t{1} << 59, 5'000, 3), 1) << name(spec.family);
  }
  // Where frequencies are given they are exact, and so tier A's sixteenth of fp32's roundoff is kept to the end.
  const Spec given = spec_of(8, 0, GivenFamily{{1, 0.1F, 3.25e-7, 1e-3}});
  EXPECT_LE(worst_ratio(given, std::int64_t{1} << 59, 5'000, 4) * (std::sqrt(2.0) * 7e-10 + 0x1p59 * 0x1p-94), 0x1p-28);
}

}  // namespace
}  // namespace rope::conformance
