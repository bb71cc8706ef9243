// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One sine and cosine of ω in MPFR, then squarings; lemma 1 of docs/numerics.md, "The certified table".
#include "reference/certified/seeds.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "reference/ball.hpp"
#include "reference/families.hpp"
#include "reference/mpfr_constants.hpp"

namespace rope {
namespace {

static_assert(GMP_NUMB_BITS == 64, "one limb is read as one 64-bit number");

/// A nearest multiple of 2^-126; |x| <= 1.
Fixed to_fixed(const Real254& x) {
  if (mpfr_zero_p(raw(x)) != 0) return 0;
  const mpfr_exp_t exponent = mpfr_get_exp(raw(x));  // x = ±0.b₁b₂… · 2^exponent, exponent <= 1
  const auto* limb = static_cast<const mp_limb_t*>(mpfr_custom_get_significand(raw(x)));
  const UnsignedFixed leading = (UnsignedFixed{limb[3]} << 64) | limb[2];
  const mpfr_exp_t shift = 2 - exponent;
  if (shift > 128) return 0;
  const auto magnitude = static_cast<Fixed>(((leading >> (shift - 1)) + 1) >> 1);
  return mpfr_signbit(raw(x)) != 0 ? -magnitude : magnitude;
}

struct CosSin254 {
  Real254 cos, sin;
  FixedComplex fixed() const { return {to_fixed(cos), to_fixed(sin)}; }
};

/// e^(iφ); both components correctly rounded to 254 bits for the middle of the ball.
template <class Real>
CosSin254 unit(const Ball<Real>& angle) {
  CosSin254 e;
  mpfr_sin_cos(raw(e.sin), raw(e.cos), raw(angle.middle), MPFR_RNDN);
  return e;
}

void square(CosSin254& e) {
  Real254 c, s;
  mpfr_sqr(raw(c), raw(e.cos), MPFR_RNDN);
  mpfr_sqr(raw(s), raw(e.sin), MPFR_RNDN);
  mpfr_mul(raw(e.sin), raw(e.sin), raw(e.cos), MPFR_RNDN);
  mpfr_mul_2ui(raw(e.sin), raw(e.sin), 1, MPFR_RNDN);
  mpfr_sub(raw(e.cos), raw(c), raw(s), MPFR_RNDN);
}

bool within(RadiusExponent radius, RadiusExponent limit) {
  return radius == exact || radius <= limit;
}

/// Nothing where this precision is too low for lemma 1's premises.
template <class Real>
std::optional<Seeds> attempt(const Spec& spec, int pair, std::int64_t anchor, double m, int doublings) {
  const auto inv_freq = inv_freq_ball<Real>(spec, pair);
  if (!inv_freq || !within(inv_freq->radius, -190)) return std::nullopt;
  const Ball<Real> angle = exact_ball<Real>(anchor) * *inv_freq;
  if (!within(angle.radius, -160)) return std::nullopt;

  Seeds seeds;
  seeds.rotates = !is_exact_zero(*inv_freq);
  CosSin254 start = unit(angle);
  const Real254 factor = m;
  mpfr_mul(raw(start.cos), raw(start.cos), raw(factor), MPFR_RNDN);
  mpfr_mul(raw(start.sin), raw(start.sin), raw(factor), MPFR_RNDN);
  seeds.start = start.fixed();

  CosSin254 power = unit(*inv_freq);
  seeds.powers.reserve(static_cast<std::size_t>(doublings));
  for (int k = 0; k < doublings; ++k) {
    if (k != 0) square(power);
    seeds.powers.push_back(power.fixed());
  }
  return seeds;
}

}  // namespace

Seeds seeds_of_pair(const Spec& spec, int pair, std::int64_t anchor, double m, int doublings) {
  release_constants_at_thread_exit();
  if (auto seeds = attempt<Real254>(spec, pair, anchor, m, doublings)) return *std::move(seeds);
  if (auto seeds = attempt<Real510>(spec, pair, anchor, m, doublings)) return *std::move(seeds);
  if (auto seeds = attempt<Real1021>(spec, pair, anchor, m, doublings)) return *std::move(seeds);
  throw Unresolved("expected inv_freq of pair " + std::to_string(pair) +
                   " to be certain within 1021 bits of working precision, but which branch of its formula holds is "
                   "not; change the frequency parameters in their last digit");
}

}  // namespace rope
