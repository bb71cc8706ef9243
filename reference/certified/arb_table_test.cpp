// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every value of a 2^17-position table in every tensor dtype against Arb's balls: no MPFR sine, no fixed point, no
// double-double, another rounding.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <thread>
#include <vector>

#include "reference/arb_oracle.hpp"
#include "reference/certified/table.hpp"
#include "reference/certified/test_specs.hpp"

namespace rope {
namespace {

using oracle::Number;

constexpr std::int64_t positions = std::int64_t{1} << 17;
constexpr std::int64_t block = 1 << 10;
constexpr slong working_bits = 110;

struct CosSin {
  Number cos, sin;
};

CosSin cos_sin(const Number& angle) {
  CosSin v;
  arb_sin_cos(v.sin.get(), v.cos.get(), angle.get(), working_bits);
  return v;
}

struct Table {
  std::vector<float> cos32, sin32;
  std::vector<std::uint16_t> cos16, sin16, cos_bfloat, sin_bfloat;
};

TEST(ArbTable, FindsNoDifferenceInTwoToTheSeventeenPositions) {
  const Spec spec = spec_of(128, 5e5);
  const CertifiedTable table(spec, 0, positions);
  const std::size_t pairs = table.pairs(), n = static_cast<std::size_t>(positions) * pairs;
  Table t;
  for (auto* v : {&t.cos32, &t.sin32}) v->resize(n);
  for (auto* v : {&t.cos16, &t.sin16, &t.cos_bfloat, &t.sin_bfloat}) v->resize(n);
  table.round_f32(0, positions, t.cos32.data(), t.sin32.data());
  table.round_f16(0, positions, t.cos16.data(), t.sin16.data());
  table.round_bf16(0, positions, t.cos_bfloat.data(), t.sin_bfloat.data());

  std::atomic<int> next_pair{0};
  std::atomic<std::uint64_t> different{0}, undecided{0}, compared{0};
  const auto work = [&] {
    const oracle::At at{working_bits}, seed{320};
    oracle::Oracle precise(spec);
    for (int pair = next_pair++; pair < spec.pairs(); pair = next_pair++) {
      const Number w = *oracle::inv_freq(seed, DefaultFamily{}, spec, pair);
      // A sine and a cosine for each position of a block and for each block, and one product of the two for each cell:
      // products of products would let the balls grow.
      std::vector<CosSin> within;
      for (std::int64_t p = 0; p < block; ++p) within.push_back(cos_sin(seed.mul(p, w)));
      CosSin start;
      for (std::int64_t p = 0; p < positions; ++p) {
        const CosSin& x = within[static_cast<std::size_t>(p % block)];
        if (p % block == 0) start = cos_sin(seed.mul(p, w));
        const Number c = at.sub(at.mul(start.cos, x.cos), at.mul(start.sin, x.sin));
        const Number s = at.add(at.mul(start.cos, x.sin), at.mul(start.sin, x.cos));
        const std::size_t cell = static_cast<std::size_t>(p) * pairs + static_cast<std::size_t>(pair);
        for (const bool sine : {false, true}) {
          const oracle::Interval ends(sine ? s : c);
          const std::array<std::uint64_t, 3> got{std::bit_cast<std::uint32_t>((sine ? t.sin32 : t.cos32)[cell]),
                                                 (sine ? t.sin16 : t.cos16)[cell],
                                                 (sine ? t.sin_bfloat : t.cos_bfloat)[cell]};
          for (std::size_t k = 0; k < 3; ++k) {
            auto expected = ends.bits(tensor_dtypes[k]);
            if (!expected) {
              ++undecided;
              const auto trig = precise.trig(p, pair);
              expected = (sine ? trig.sin_bits : trig.cos_bits)[k];
            }
            if (*expected != got[k]) ++different;
            ++compared;
          }
        }
      }
    }
  };
  // What FLINT keeps for a thread goes with it.
  std::thread other([&] {
    work();
    flint_cleanup();
  });
  work();
  other.join();
  EXPECT_EQ(different, 0U);
  EXPECT_EQ(compared, std::uint64_t{6} * n);
  EXPECT_LT(undecided, 10U);
}

}  // namespace
}  // namespace rope
