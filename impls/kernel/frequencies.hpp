// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// inv_freq of each family of rope_impl.h, every operation in `Real`, in the order in which Hugging Face transformers
// performs them (modeling_rope_utils.py), so that Real = float is the usual pipeline.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "rope_impl.h"

namespace rope::kernel {

/// What transformers computes with Python numbers, which are binary64, before a tensor comes in.
template <class Real>
using Python = std::conditional_t<(std::numeric_limits<Real>::digits > 53), Real, double>;

/// base^(2i/d): the exponent divided in Real, then the power.
template <class Real>
Real default_power(Real base, std::uint32_t rotary_dim, std::uint32_t pair) {
  const Real exponent = static_cast<Real>(2 * pair) / static_cast<Real>(rotary_dim);
  return std::pow(base, exponent);
}

/// 2 pi. Rounded from long double to binary64 and binary32 it is what it is rounded directly. (nvcc takes
/// constants of a namespace, and constexpr functions, lambdas too, for device code as well, where long double is
/// double, and warns.)
template <class Real>
Real two_pi() {
  constexpr long double exact = 6.28318530717958647692528676655900577L;
  static_assert(static_cast<double>(exact) == 0x1.921fb54442d18p+2 && static_cast<float>(exact) == 0x1.921fb6p+2F);
  return static_cast<Real>(exact);
}

/// Llama 3.1's scaling of one default frequency: long wavelengths are divided by `factor`, short ones kept, those
/// between are mixed.
template <class Real>
Real llama3_inv_freq(const rope_parametric& p, Real inv_freq) {
  const Real factor = static_cast<Real>(p.factor);
  const auto length = static_cast<Python<Real>>(p.original_max_position);
  // The limits and the difference of the factors are quotients and differences of Python numbers there, so binary64
  // first. A number divided by a tensor is the tensor's reciprocal times the number: two roundings.
  const Real longest_kept = static_cast<Real>(length / p.high_freq_factor);
  const Real shortest_scaled = static_cast<Real>(length / p.low_freq_factor);
  const Real wavelength = Real{1} / inv_freq * two_pi<Real>();
  if (wavelength > shortest_scaled) {
    return inv_freq / factor;
  }
  if (wavelength < longest_kept) {
    return inv_freq;
  }
  const Real smooth = (Real{1} / wavelength * static_cast<Real>(length) - static_cast<Real>(p.low_freq_factor)) /
                      static_cast<Real>(Python<Real>{p.high_freq_factor} - p.low_freq_factor);
  return (Real{1} - smooth) * inv_freq / factor + smooth * inv_freq;
}

/// The base that dynamic NTK scaling grows for a sequence of this length. There the length is a tensor, so each
/// operation rounds to Real, but factor - 1 and the exponent, which are Python numbers first.
template <class Real>
Real dynamic_ntk_base(const rope_parametric& p, std::uint32_t rotary_dim) {
  const Python<Real> d = rotary_dim;
  const Real length = static_cast<Real>(std::max(p.sequence_length, p.original_max_position));
  const Real ratio = static_cast<Real>(p.factor) * length / static_cast<Real>(p.original_max_position);
  const Real growth = std::pow(ratio - static_cast<Real>(Python<Real>{p.factor} - 1), static_cast<Real>(d / (d - 2)));
  return static_cast<Real>(p.base) * growth;
}

/// What the powers of a parametric source have for their base.
template <class Real>
Real base_of(const rope_parametric& p, std::uint32_t rotary_dim) {
  return p.family == ROPE_FAMILY_DYNAMIC_NTK ? dynamic_ntk_base<Real>(p, rotary_dim) : static_cast<Real>(p.base);
}

/// Between which pairs YaRN's ramp lies. Python's numbers there.
template <class Real>
struct YarnRange {
  Python<Real> low, high;
};

/// The pair, no integer, that turns `rotations` times in the original length.
template <class Number>
Number yarn_dimension(const rope_parametric& p, std::uint32_t rotary_dim, Number rotations) {
  const Number turns = static_cast<Number>(p.original_max_position) / (rotations * two_pi<Number>());
  return static_cast<Number>(rotary_dim) * std::log(turns) / (2 * std::log(static_cast<Number>(p.base)));
}

template <class Real>
YarnRange<Real> yarn_range(const rope_parametric& p, std::uint32_t rotary_dim) {
  using Number = Python<Real>;
  const Number last = static_cast<Number>(rotary_dim) - 1;
  Number low = yarn_dimension<Number>(p, rotary_dim, p.beta_fast);
  Number high = yarn_dimension<Number>(p, rotary_dim, p.beta_slow);
  if (p.correction_not_truncated == 0) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  if (low < 0) {
    low = 0;
  }
  if (high > last) {
    high = last;
  }
  return {low, low == high ? high + Number{0.001} : high};
}

/// A mixture of the default frequency, 1/power, and that frequency over the factor.
template <class Real>
Real yarn_inv_freq(const rope_parametric& p, std::uint32_t rotary_dim, std::uint32_t pair, Real power) {
  const YarnRange<Real> range = yarn_range<Real>(p, rotary_dim);
  const Real distance = static_cast<Real>(pair) - static_cast<Real>(range.low);
  const Real ramp = distance / static_cast<Real>(range.high - range.low);
  const Real kept = Real{1} - (ramp < 0 ? Real{0} : ramp > 1 ? Real{1} : ramp);
  return Real{1} / (static_cast<Real>(p.factor) * power) * (Real{1} - kept) + Real{1} / power * kept;
}

/// What the family makes of base^(2i/d), the base being base_of.
template <class Real>
Real inv_freq_of_power(const rope_parametric& p, std::uint32_t rotary_dim, std::uint32_t pair, Real power) {
  switch (p.family) {
    case ROPE_FAMILY_LINEAR:
      return Real{1} / power / static_cast<Real>(p.factor);
    case ROPE_FAMILY_YARN:
      return yarn_inv_freq<Real>(p, rotary_dim, pair, power);
    case ROPE_FAMILY_LONGROPE: {
      const double* const factors = p.sequence_length > p.original_max_position ? p.long_factor : p.short_factor;
      return Real{1} / (static_cast<Real>(factors[pair]) * power);
    }
    case ROPE_FAMILY_LLAMA3:
      return llama3_inv_freq(p, Real{1} / power);
    case ROPE_FAMILY_PROPORTIONAL: {
      const auto turning = static_cast<std::uint32_t>(p.proportion * rotary_dim / 2);  // the first ones
      return pair < turning ? Real{1} / power / static_cast<Real>(p.factor) : Real{0};
    }
    default:
      return Real{1} / power;
  }
}

template <class Real>
Real family_inv_freq(const rope_parametric& p, std::uint32_t rotary_dim, std::uint32_t pair) {
  return inv_freq_of_power(p, rotary_dim, pair, default_power(base_of<Real>(p, rotary_dim), rotary_dim, pair));
}

}  // namespace rope::kernel
