// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which specs the bundled implementations take: one list, from which query and prepare both answer.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "impls/kernel/abi.hpp"
#include "impls/kernel/refusal.hpp"
#include "impls/kernel/source.hpp"
#include "rope_impl.h"

namespace rope::kernel {

inline bool positive(double x) {
  return x > 0 && std::isfinite(x);
}

inline bool all_positive(const double* factors, std::uint32_t pairs) {
  return std::all_of(factors, factors + pairs, [](double x) { return positive(x); });
}

inline Refusal refuse_llama3(const rope_parametric& p) {
  if (!positive(p.factor)) {
    return {ROPE_INVALID_ARGUMENT, "llama3: factor must be a positive finite number"};
  }
  if (!(p.low_freq_factor > 0) || !(p.high_freq_factor >= p.low_freq_factor) || !std::isfinite(p.high_freq_factor)) {
    return {ROPE_INVALID_ARGUMENT, "llama3: 0 < low_freq_factor <= high_freq_factor is required"};
  }
  if (p.original_max_position <= 0) {
    return {ROPE_INVALID_ARGUMENT, "llama3: original_max_position must be positive"};
  }
  return {};
}

inline Refusal refuse_dynamic_ntk(const rope_parametric& p, std::uint32_t rotary_dim) {
  if (!(p.factor >= 1) || !std::isfinite(p.factor)) {
    return {ROPE_INVALID_ARGUMENT, "dynamic NTK: factor must be a finite number of at least 1"};
  }
  if (p.original_max_position <= 0 || p.sequence_length <= 0) {
    return {ROPE_INVALID_ARGUMENT, "dynamic NTK: original_max_position and sequence_length must be positive"};
  }
  if (rotary_dim < 4) {
    return {ROPE_INVALID_ARGUMENT, "dynamic NTK: rotary_dim must be at least 4"};
  }
  return {};
}

inline Refusal refuse_yarn(const rope_parametric& p) {
  if (!positive(p.factor)) {
    return {ROPE_INVALID_ARGUMENT, "YaRN: factor must be a positive finite number"};
  }
  if (!positive(p.beta_slow) || !(p.beta_fast >= p.beta_slow) || !std::isfinite(p.beta_fast)) {
    return {ROPE_INVALID_ARGUMENT, "YaRN: 0 < beta_slow <= beta_fast is required"};
  }
  if (p.original_max_position <= 0 || !(p.base > 1)) {
    return {ROPE_INVALID_ARGUMENT, "YaRN: original_max_position must be positive and base greater than 1"};
  }
  return {};
}

inline Refusal refuse_longrope(const rope_parametric& p, std::uint32_t rotary_dim) {
  if (p.short_factor == nullptr || p.long_factor == nullptr) {
    return {ROPE_INVALID_ARGUMENT, "LongRoPE: short_factor and long_factor must not be NULL"};
  }
  if (!all_positive(p.short_factor, rotary_dim / 2) || !all_positive(p.long_factor, rotary_dim / 2)) {
    return {ROPE_INVALID_ARGUMENT, "LongRoPE: short_factor and long_factor must be positive finite numbers"};
  }
  if (p.original_max_position <= 0 || p.sequence_length <= 0) {
    return {ROPE_INVALID_ARGUMENT, "LongRoPE: original_max_position and sequence_length must be positive"};
  }
  return {};
}

inline Refusal refuse_family(const rope_parametric& p, std::uint32_t rotary_dim) {
  if (!positive(p.base)) {
    return {ROPE_INVALID_ARGUMENT, "base must be a positive finite number"};
  }
  switch (p.family) {
    case ROPE_FAMILY_DEFAULT:
      return {};
    case ROPE_FAMILY_LINEAR:
      return positive(p.factor) ? Refusal{}
                                : Refusal{ROPE_INVALID_ARGUMENT, "linear: factor must be a positive finite number"};
    case ROPE_FAMILY_DYNAMIC_NTK:
      return refuse_dynamic_ntk(p, rotary_dim);
    case ROPE_FAMILY_YARN:
      return refuse_yarn(p);
    case ROPE_FAMILY_LONGROPE:
      return refuse_longrope(p, rotary_dim);
    case ROPE_FAMILY_LLAMA3:
      return refuse_llama3(p);
    case ROPE_FAMILY_PROPORTIONAL:
      return positive(p.factor) && p.proportion > 0 && p.proportion <= 1
                 ? Refusal{}
                 : Refusal{ROPE_INVALID_ARGUMENT,
                           "proportional: factor must be a positive finite number, and 0 < "
                           "proportion <= 1"};
    default:
      return {ROPE_UNSUPPORTED, "only the frequency families of rope_impl.h are implemented"};
  }
}

inline Refusal refuse_pairings(const rope_spec& spec) {
  for (const rope_pairing pairing : {spec.pairing_in, spec.pairing_out}) {
    if (pairing != ROPE_HALF_SPLIT && pairing != ROPE_INTERLEAVED) {
      return {ROPE_UNSUPPORTED, "only the half-split and interleaved pairings are implemented"};
    }
  }
  return {};
}

inline Refusal refuse_max_position(const rope_spec& spec, std::int64_t position_limit) {
  if (spec.max_position <= 0) {
    return {ROPE_INVALID_ARGUMENT, "max_position must be positive"};
  }
  // A row of a matrix is found by the position itself, which is then not converted to a floating-point number.
  if (spec.max_position > position_limit && !has_rows(spec.angles)) {
    return {ROPE_UNSUPPORTED,
            position_limit == std::int64_t{1} << 24
                ? "max_position must not exceed 2^24: positions are converted to binary32, exactly up to there"
                : "max_position must not exceed 2^53: positions are converted to binary64, exactly up to there"};
  }
  return {};
}

inline Refusal refuse_source(const rope_spec& spec) {
  switch (spec.angles.source) {
    case ROPE_SOURCE_PARAMETRIC:
      return refuse_family(spec.angles.parametric, spec.rotary_dim);
    case ROPE_SOURCE_INV_FREQ:
    case ROPE_SOURCE_ANGLES:
    case ROPE_SOURCE_TABLES:
      return refuse_supplied(spec);
    default:
      return {ROPE_UNSUPPORTED, "angles must be parametric, or supplied as inv_freq, angles or tables"};
  }
}

/// `spec` has been through read_spec().
inline Refusal refuse_spec(const rope_spec& spec, std::int64_t position_limit) {
  if (spec.rotary_dim == 0 || spec.rotary_dim % 2 != 0) {
    return {ROPE_INVALID_ARGUMENT, "rotary_dim must be even and at least 2"};
  }
  if (spec.dim_offset > spec.head_dim || spec.rotary_dim > spec.head_dim - spec.dim_offset) {
    return {ROPE_INVALID_ARGUMENT, "dim_offset + rotary_dim must not exceed head_dim"};
  }
  if (const Refusal refusal = refuse_pairings(spec)) {
    return refusal;
  }
  if (!std::isfinite(spec.attention_factor) || spec.attention_factor == 0) {
    return {ROPE_INVALID_ARGUMENT, "attention_factor must be finite and not 0"};
  }
  if (!std::isfinite(spec.query_scale) || spec.query_scale == 0) {
    return {ROPE_INVALID_ARGUMENT, "query_scale must be finite and not 0"};
  }
  if (const Refusal refusal = refuse_max_position(spec, position_limit)) {
    return refusal;
  }
  return refuse_source(spec);
}

}  // namespace rope::kernel
