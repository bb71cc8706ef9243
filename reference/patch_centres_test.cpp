// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Integer positions and their frequencies against the centres of patches as they are defined, in MPFR.
#include "reference/patch_centres.hpp"

#include <gtest/gtest.h>
#include <mpfr.h>

#include <cmath>
#include <stdexcept>
#include <string>

#include "reference/direct_mpfr.hpp"
#include "reference/exact.hpp"

namespace rope {
namespace {

TEST(PatchCentres, PositionsAreSymmetricAboutTheMiddle) {
  EXPECT_EQ(patch_centre_position(0, 1), 0);
  EXPECT_EQ(patch_centre_position(0, 14), -13);
  EXPECT_EQ(patch_centre_position(6, 14), -1);
  EXPECT_EQ(patch_centre_position(7, 14), 1);
  EXPECT_EQ(patch_centre_position(13, 14), 13);
  EXPECT_EQ(patch_centre_position(7, 15), 0);
}

// 2π/4 and 2π/4/10, and for an odd number of patches.
TEST(PatchCentres, FrequenciesAreTurnsOverPatches) {
  const auto four = patch_centre_frequencies(4, 100, 4);
  ASSERT_EQ(four.size(), 2U);
  EXPECT_EQ(four[0], 0x1.921fb54442d18p+0);  // π/2, correctly rounded
  EXPECT_DOUBLE_EQ(four[1], 0.15707963267948966);
  EXPECT_DOUBLE_EQ(patch_centre_frequencies(4, 100, 7)[0], 0.8975979010256552);
}

/// Rounded to binary64.
double as_double(const direct::Number& x) {
  return mpfr_get_d(x.get(), MPFR_RNDN);
}

// The definition, coordinate first, at 400 bits: 2π (2 (r + 1/2)/N - 1) θ^(-4i/D).
TEST(PatchCentres, AnglesAreThoseOfTheCoordinates) {
  for (const int patches : {1, 2, 3, 14, 16, 37, 255, 256, 1000}) {
    for (const double theta : {100.0, 10000.0}) {
      const int d = 32;
      Spec spec;
      spec.head_dim = spec.rotary_dim = d;
      spec.max_position = 4096;
      spec.family = GivenFamily{patch_centre_frequencies(d, theta, patches)};
      const Exact exact(spec);
      for (int patch = 0; patch<patches; patch += patches> 40 ? 17 : 1) {
        using direct::Number;
        const Number centre =
            Number(2L) * ((Number(static_cast<long>(patch)) + Number(0.5)) / Number(long{patches})) - Number(1L);
        for (int pair = 0; pair < d / 2; ++pair) {
          const Number power =
              direct::apply(mpfr_exp, Number(-2L * pair) / Number(long{d}) * direct::apply(mpfr_log, Number(theta)));
          const Number angle = Number(8L) * direct::apply(mpfr_atan, Number(1L)) * centre * power;
          const Exact::Trig trig = exact.trig(patch_centre_position(patch, patches), pair);
          // The frequency is rounded to binary64: half a unit in the last place of an angle of at most 2π.
          EXPECT_NEAR(trig.cos.value.hi, as_double(direct::apply(mpfr_cos, angle)), 0x1p-50) << patches << " " << patch;
          EXPECT_NEAR(trig.sin.value.hi, as_double(direct::apply(mpfr_sin, angle)), 0x1p-50) << patches << " " << patch;
        }
      }
    }
  }
}

TEST(PatchCentres, FrequenciesAreCorrectlyRounded) {
  for (const int patches : {3, 14, 37, 1000003}) {
    const auto found = patch_centre_frequencies(64, 100, patches);
    for (int pair = 0; pair < 32; ++pair) {
      using direct::Number;
      const Number power =
          direct::apply(mpfr_exp, Number(-2L * pair) / Number(64L) * direct::apply(mpfr_log, Number(100.0)));
      const Number exact = Number(8L) * direct::apply(mpfr_atan, Number(1L)) * power / Number(long{patches});
      EXPECT_EQ(found[static_cast<std::size_t>(pair)], as_double(exact)) << patches << " " << pair;
    }
  }
}

TEST(PatchCentres, RefusesWhatHasNoPatchesOrPairs) {
  EXPECT_THROW(patch_centre_frequencies(64, 100, 0), std::invalid_argument);
  EXPECT_THROW(patch_centre_frequencies(63, 100, 14), std::invalid_argument);
  EXPECT_THROW(patch_centre_frequencies(64, 0, 14), std::invalid_argument);
}

}  // namespace
}  // namespace rope
