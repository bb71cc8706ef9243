// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The fast kernel, as -use_fast_math makes it: __powf, __sinf, __cosf. It shows what they cost, and does not conform.
//
// From the PTX ISA. Power: lg2.approx errs by 2^-22.6 of the logarithm, which is 30 for a base of 1e9; the product with
// the exponent rounds, at most 2^-20; ex2.approx errs by 2^-22.5 of its result: below 77 · 2^-24 in all. Sine and cosine:
// 2^-20.5 in [-2 pi, 2 pi], and 2^-14.7 up to 100 pi, where 3 · 100 pi · 2^-24 is 2^-14.1: the angle is multiplied by
// 1/(2 pi) in binary32 first, truncated. Past 100 pi nothing is promised by PTX; the same multiplication is made.
#include "impls/cuda/float_arithmetic.cuh"

namespace rope::cuda {
namespace {

struct Fast {
  __device__ static float power(float base, float exponent) { return __powf(base, exponent); }
  __device__ static void sin_cos(float angle, float* sin, float* cos) { __sincosf(angle, sin, cos); }
};

constexpr rope_contract declared[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=f32:rpow~80ulp angle=f32:mul trig=f32:fast~7e-7abs+3arg table=none rotate=f32:any out=f32:rn"},
    {sizeof(rope_contract), ROPE_F16,
     "pos=int freq=f32:rpow~80ulp angle=f32:mul trig=f32:fast~7e-7abs+3arg table=none rotate=f32:any out=f16:rn"},
    {sizeof(rope_contract), ROPE_BF16,
     "pos=int freq=f32:rpow~80ulp angle=f32:mul trig=f32:fast~7e-7abs+3arg table=none rotate=f32:any out=bf16:rn"}};

}  // namespace

const Variant& variant() {
  using Arithmetic = FloatArithmetic<Fast>;
  static constexpr Variant fast{"cuda-fast",
                                "CUDA: __powf, fp32 angle, __sinf and __cosf: fast, and wrong far out",
                                declared,
                                3,
                                Arithmetic::position_limit,
                                Arithmetic::frequencies,
                                launch<Arithmetic>};
  return fast;
}

}  // namespace rope::cuda
