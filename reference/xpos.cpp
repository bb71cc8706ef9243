// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Pair i of a query at position p is multiplied by ζ_i^((p - c)/b), that of a key by ζ_i^-((p - c)/b):
//
//   ζ_i = (2i + 0.4 d)/(1.4 d) = (10i + 2d)/(7d),  i = 0 .. d/2 - 1,  c = ⌊L/2⌋,  b = 512
//
// A product of q at p and k at r then has ζ_i^((p - r)/b), of which c is no part: far pairs count for less, and fast
// ones soonest.
//
// Sources: Dao-AILab/flash-attention, flash_attn/layers/rotary.py (RotaryEmbedding, scale_base), which cites Sun et
// al., "A Length-Extrapolatable Transformer" (arXiv 2212.10554); lucidrains/rotary-embedding-torch (use_xpos,
// xpos_scale_base); mosaicml/llm-foundry (rope_dail_config, type xpos). Quirks: c is there to keep numbers in range,
// and follows the longest sequence that a table was made for: a key that was stored when the table was shorter has
// another c than the queries that meet it later. The stretch is part of the tables of cos and sin, so queries and keys
// have tables of their own. From a length of 2 xpos_reach on the numbers of pair 0, (2/7)^(c/b), leave the dtype.
#include "reference/xpos.hpp"

#include <bit>
#include <optional>
#include <stdexcept>

#include "reference/ball.hpp"
#include "reference/rounding.hpp"

namespace rope {
namespace {

template <class Real>
Ball<Real> scale_ball(const Xpos& xpos, int d, int pair, std::int64_t from_centre) {
  const Ball<Real> zeta =
      exact_ball<Real>(std::int64_t{10} * pair + std::int64_t{2} * d) / exact_ball<Real>(std::int64_t{7} * d);
  const Ball<Real> power = exact_ball<Real>(from_centre) / exact_ball<Real>(xpos.scale_base);
  return exp(power * log(zeta));
}

/// Powers of 3/4, say, lie in the middle between two numbers (the 34th: pair 91 of 140), and no ball decides there. One
/// that is within 2^-1000 of such a middle is taken to be it.
std::uint64_t rounded_from_the_middle(const Ball<Real1021>& scale) {
  Ball<Real254> middle;
  mpfr_set(raw(middle.middle), raw(scale.middle), MPFR_RNDN);
  return Ends(middle).bits(DType::f64).value();
}

void require_usable(const Xpos& xpos) {
  if (!(xpos.scale_base >= 1 && xpos.scale_base <= 0x1p40)) {
    throw std::invalid_argument("expected a scale_base from 1 to 2^40");
  }
}

}  // namespace

double xpos_scale(const Xpos& xpos, int rotary_dim, int pair, std::int64_t from_centre) {
  require_usable(xpos);
  constexpr std::int64_t limit = std::int64_t{1} << 40;
  if (rotary_dim < 2 || rotary_dim > 65536 || rotary_dim % 2 != 0 || pair < 0 || pair >= rotary_dim / 2 ||
      from_centre < -limit || from_centre > limit) {
    throw std::invalid_argument("expected an even rotary_dim, one of its pairs, and a position within 2^40");
  }
  const auto at = [&](auto real) { return scale_ball<decltype(real)>(xpos, rotary_dim, pair, from_centre); };
  if (const auto bits = Ends(at(Real191{})).bits(DType::f64)) return std::bit_cast<double>(*bits);
  if (const auto bits = Ends(at(Real510{})).bits(DType::f64)) return std::bit_cast<double>(*bits);
  const Ball<Real1021> finest = at(Real1021{});
  return std::bit_cast<double>(Ends(finest).bits(DType::f64).value_or(rounded_from_the_middle(finest)));
}

std::int64_t xpos_reach(const Xpos& xpos, DType dtype) {
  require_usable(xpos);
  // Pair 0 goes furthest. The smallest normal number is nearer to 1 than the largest: (7/2)^(n/b) <= 2^-min_exponent.
  const auto powers_of_two = static_cast<std::int64_t>(-format(dtype).min_exponent);
  const Ball<Real191> octaves = log(exact_ball<Real191>(std::int64_t{2})) / log(exact_ball<Real191>(3.5));
  // ln 2/ln 3.5 is irrational, and so is the product: its floor is certain but for a scale_base made to defeat it.
  return certain_floor(exact_ball<Real191>(powers_of_two) * exact_ball<Real191>(xpos.scale_base) * octaves).value();
}

}  // namespace rope
