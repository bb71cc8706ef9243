// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a pair is multiplied by, and what a handle keeps to find it.
#pragma once

#include <vector>

#include "impls/kernel/host_device.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// y0 = x0 c0 - x1 s0, y1 = x1 c1 + x0 s1. Only tables of full width can have c0 != c1 or s0 != s1.
template <class Real>
struct Turn {
  Real c0, s0, c1, s1;

  /// The transpose of that matrix, in the same form.
  ROPE_HD Turn transposed() const { return {c0, -s1, c1, -s0}; }

  /// Itself where c0 = c1 and s0 = s1.
  ROPE_HD Turn evenly() const { return {c0, s0, c0, s0}; }
};

/// A spec as prepare has accepted it. Matrices still point at the caller's numbers, which live until close.
template <class Frequency>
struct Model {
  rope_spec spec{};
  std::vector<Frequency> inv_freq;  ///< of each pair, where angles are made here (PARAMETRIC, INV_FREQ)
};

}  // namespace rope::kernel
