// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The accurate kernel: fixed-point phase, two binary32 words where fp32 needs them, one rounding. Compiled with
// --fmad=false, so that nothing is fused but what impls/kernel writes so, and the bits are those of device-arithmetic.
#include "impls/cuda/accurate.hpp"
#include "impls/cuda/rotate.cuh"

namespace rope::cuda {

const Variant& variant() {
  static constexpr Variant accurate{"cuda",
                                    "CUDA: fixed-point phase, one rounding to the tensor's dtype",
                                    Accurate::contracts,
                                    Accurate::contract_count,
                                    Accurate::position_limit,
                                    Accurate::frequencies,
                                    launch<Accurate>};
  return accurate;
}

}  // namespace rope::cuda
