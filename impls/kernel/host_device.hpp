// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Code that a GPU's compiler takes for the GPU as well. On both sides every operation rounds by itself, and what is
// fused is written so: compiled with -ffp-contract=off or --fmad=false, the same bits come out.
#pragma once

#include <cmath>

#if defined(__CUDACC__)
#define ROPE_HD __host__ __device__
#else
#define ROPE_HD
#endif

namespace rope::kernel {

/// a·b + c, rounded once.
ROPE_HD inline float fused(float a, float b, float c) {
#if defined(__CUDA_ARCH__)
  return __fmaf_rn(a, b, c);
#else
  return std::fma(a, b, c);
#endif
}

}  // namespace rope::kernel
