// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests only: the spec of a head that rotates whole.
#pragma once

#include <cstdint>
#include <utility>

#include "reference/spec.hpp"

namespace rope {

/// Positions below 2^24, all of which binary32 holds.
inline Spec spec_of(int d, double theta, Family family = DefaultFamily{}, double attention_factor = 1) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = d;
  spec.theta = theta;
  spec.family = std::move(family);
  spec.attention_factor = attention_factor;
  spec.max_position = std::int64_t{1} << 24;
  return spec;
}

}  // namespace rope
