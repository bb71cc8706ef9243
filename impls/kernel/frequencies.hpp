// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// inv_freq of each family of rope_impl.h, every operation in `Real`, in the order in which Hugging Face transformers
// performs them (modeling_rope_utils.py), so that Real = float is the usual pipeline.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "rope_impl.h"

namespace rope::kernel {

/// base^(2i/d): the exponent divided in Real, then the power.
template <class Real>
Real default_power(double base, std::uint32_t rotary_dim, std::uint32_t pair) {
  const Real exponent = static_cast<Real>(2 * pair) / static_cast<Real>(rotary_dim);
  return std::pow(static_cast<Real>(base), exponent);
}

template <class Real>
Real default_inv_freq(double base, std::uint32_t rotary_dim, std::uint32_t pair) {
  return Real{1} / default_power<Real>(base, rotary_dim, pair);
}

/// A default frequency over s, which is a factor of the denominator.
template <class Real>
Real slowed_inv_freq(double s, double base, std::uint32_t rotary_dim, std::uint32_t pair) {
  return Real{1} / (static_cast<Real>(s) * default_power<Real>(base, rotary_dim, pair));
}

/// Llama 3.1's scaling of one default frequency: long wavelengths are divided by `factor`, short ones kept, those
/// between are mixed.
template <class Real>
Real llama3_inv_freq(const rope_parametric& p, Real inv_freq) {
  const Real factor = static_cast<Real>(p.factor);
  const double length = static_cast<double>(p.original_max_position);
  // The limits and the difference of the factors are quotients and differences of Python numbers there, so binary64
  // first. A number divided by a tensor is the tensor's reciprocal times the number: two roundings.
  const Real longest_kept = static_cast<Real>(length / p.high_freq_factor);
  const Real shortest_scaled = static_cast<Real>(length / p.low_freq_factor);
  const Real wavelength = Real{1} / inv_freq * static_cast<Real>(0x1.921fb54442d18p+2);  // 2 pi
  if (wavelength > shortest_scaled) {
    return inv_freq / factor;
  }
  if (wavelength < longest_kept) {
    return inv_freq;
  }
  const Real smooth = (Real{1} / wavelength * static_cast<Real>(length) - static_cast<Real>(p.low_freq_factor)) /
                      static_cast<Real>(p.high_freq_factor - p.low_freq_factor);
  return (Real{1} - smooth) * inv_freq / factor + smooth * inv_freq;
}

/// The base that dynamic NTK scaling grows for a sequence of this length. There the length is a tensor, so each
/// operation rounds to Real, but factor - 1 and the exponent, which are Python numbers first.
template <class Real>
double dynamic_ntk_base(const rope_parametric& p, std::uint32_t rotary_dim) {
  const double d = rotary_dim;
  const Real length = static_cast<Real>(std::max(p.sequence_length, p.original_max_position));
  const Real ratio = static_cast<Real>(p.factor) * length / static_cast<Real>(p.original_max_position);
  const Real growth = std::pow(ratio - static_cast<Real>(p.factor - 1), static_cast<Real>(d / (d - 2)));
  return static_cast<Real>(p.base) * growth;
}

/// Between which pairs YaRN's ramp lies. Python's numbers there, so binary64.
struct YarnRange {
  double low, high;
};

inline YarnRange yarn_range(const rope_parametric& p, std::uint32_t rotary_dim) {
  const double d = rotary_dim;
  const auto dimension = [&](double rotations) {
    const double turns = static_cast<double>(p.original_max_position) / (rotations * 2 * 0x1.921fb54442d18p+1);  // pi
    return d * std::log(turns) / (2 * std::log(p.base));
  };
  double low = dimension(p.beta_fast), high = dimension(p.beta_slow);
  if (p.correction_not_truncated == 0) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, d - 1);
  return {low, low == high ? high + 0.001 : high};
}

/// A mixture of the default frequency and that frequency over the factor.
template <class Real>
Real yarn_inv_freq(const rope_parametric& p, std::uint32_t rotary_dim, std::uint32_t pair) {
  const YarnRange range = yarn_range(p, rotary_dim);
  const Real distance = static_cast<Real>(pair) - static_cast<Real>(range.low);
  const Real ramp = std::clamp(distance / static_cast<Real>(range.high - range.low), Real{0}, Real{1});
  const Real kept = Real{1} - ramp;
  return slowed_inv_freq<Real>(p.factor, p.base, rotary_dim, pair) * (Real{1} - kept) +
         default_inv_freq<Real>(p.base, rotary_dim, pair) * kept;
}

/// Those that turn are the first ones.
template <class Real>
Real proportional_inv_freq(const rope_parametric& p, std::uint32_t rotary_dim, std::uint32_t pair) {
  const auto turning = static_cast<std::uint32_t>(p.proportion * rotary_dim / 2);
  if (pair >= turning) {
    return Real{0};
  }
  return default_inv_freq<Real>(p.base, rotary_dim, pair) / static_cast<Real>(p.factor);
}

template <class Real>
Real family_inv_freq(const rope_parametric& p, std::uint32_t rotary_dim, std::uint32_t pair) {
  switch (p.family) {
    case ROPE_FAMILY_LINEAR:
      return default_inv_freq<Real>(p.base, rotary_dim, pair) / static_cast<Real>(p.factor);
    case ROPE_FAMILY_DYNAMIC_NTK:
      return default_inv_freq<Real>(dynamic_ntk_base<Real>(p, rotary_dim), rotary_dim, pair);
    case ROPE_FAMILY_YARN:
      return yarn_inv_freq<Real>(p, rotary_dim, pair);
    case ROPE_FAMILY_LONGROPE: {
      const double* const factors = p.sequence_length > p.original_max_position ? p.long_factor : p.short_factor;
      return slowed_inv_freq<Real>(factors[pair], p.base, rotary_dim, pair);
    }
    case ROPE_FAMILY_LLAMA3:
      return llama3_inv_freq(p, default_inv_freq<Real>(p.base, rotary_dim, pair));
    case ROPE_FAMILY_PROPORTIONAL:
      return proportional_inv_freq<Real>(p, rotary_dim, pair);
    default:
      return default_inv_freq<Real>(p.base, rotary_dim, pair);
  }
}

}  // namespace rope::kernel
