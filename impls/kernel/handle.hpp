// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is behind rope_handle: the accepted spec, or why there is none.
#pragma once

#include <cstdio>
#include <vector>

#include "impls/kernel/matrix.hpp"
#include "impls/kernel/refusal.hpp"
#include "impls/kernel/source.hpp"
#include "impls/kernel/turn.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// A handle whose prepare failed has an error text and is not ready.
template <class Frequency>
struct Handle {
  Model<Frequency> model;
  bool ready = false;
  char error[160] = "";

  rope_status fail(Refusal refusal) {
    std::snprintf(error, sizeof(error), "%s", refusal.reason);
    return refusal.status;
  }
};

/// inv_freq of each pair, made from parameters or supplied; none where angles or tables are supplied. May throw.
template <class Definition>
std::vector<typename Definition::Frequency> inv_freq_of(const rope_spec& spec) {
  using Frequency = typename Definition::Frequency;
  std::vector<Frequency> inv_freq;
  if (has_rows(spec.angles)) {
    return inv_freq;
  }
  const std::uint32_t pairs = spec.rotary_dim / 2;
  inv_freq.reserve(pairs);
  for (std::uint32_t pair = 0; pair < pairs; ++pair) {
    inv_freq.push_back(spec.angles.source == ROPE_SOURCE_INV_FREQ
                           ? static_cast<Frequency>(value(spec.angles.first, 0, pair))
                           : Definition::inv_freq(spec.angles.parametric, spec.rotary_dim, pair));
  }
  return inv_freq;
}

}  // namespace rope::kernel
