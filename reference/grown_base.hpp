// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a base that was multiplied by g^(d / (d - 2)) does to inv_freq: the power g^(-2i/(d - 2)).
#pragma once

#include <algorithm>
#include <cstdint>

#include "reference/ball.hpp"
#include "reference/spec.hpp"

namespace rope {

// Radius of g^y, y = -2i/(d-2), -1 <= y < 0. g's ball has a relative radius of at most 2^(r - e + 1), r its radius'
// exponent and e its own (|g| >= 2^(e-1)); to the power |y| <= 1 that becomes at most 2^(r - e + 2), for it is far
// below 1. y is rounded once, relative 2^-P: a factor exp(±|y| ln g 2^-P), below 2^6·2^-P since g < 2^57. mpfr_pow
// rounds correctly: 2^-P. So the result moves by less than 2^(r - e + 2) + 2^(7 - P) relative, 2^(max + 1) both
// together; the result is below 2^exponent(middle) but for those relative errors, which one more bit covers.
template <class Real>
Ball<Real> growth_of(const Ball<Real>& g, const Spec& spec, int pair) {
  const Real y = Real(-2L * pair) / Real(static_cast<long>(spec.rotary_dim) - 2L);
  Ball<Real> growth;
  growth.middle = pow(g.middle, y);
  const std::int64_t rounding = 7 - precision_bits<Real>;
  const std::int64_t relative = g.radius == exact ? rounding : std::max(g.radius - exponent(g.middle) + 2, rounding);
  growth.radius = exponent(growth.middle) + relative + 2;
  return growth;
}

}  // namespace rope
