// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The usual kernel: powf, sincosf. Their errors are those of the CUDA C++ Programming Guide, table of single-precision
// functions: sincosf 2 ulp, which the contract's "cuda" stands for; powf 4 ulp from the correctly rounded result.
#include "impls/cuda/float_arithmetic.cuh"

namespace rope::cuda {
namespace {

struct Accurately {
  __device__ static float power(float base, float exponent) { return powf(base, exponent); }
  __device__ static void sin_cos(float angle, float* sin, float* cos) { sincosf(angle, sin, cos); }
};

constexpr rope_contract declared[] = {
    {sizeof(rope_contract), ROPE_F32,
     "pos=int freq=f32:rpow~4.5ulp angle=f32:mul trig=f32:cuda table=none rotate=f32:any out=f32:rn"},
    {sizeof(rope_contract), ROPE_F16,
     "pos=int freq=f32:rpow~4.5ulp angle=f32:mul trig=f32:cuda table=none rotate=f32:any out=f16:rn"},
    {sizeof(rope_contract), ROPE_BF16,
     "pos=int freq=f32:rpow~4.5ulp angle=f32:mul trig=f32:cuda table=none rotate=f32:any out=bf16:rn"}};

}  // namespace

const Variant& variant() {
  using Arithmetic = FloatArithmetic<Accurately>;
  static constexpr Variant usual{"cuda-usual",
                                 "CUDA: powf, fp32 angle, sincosf, one rounding to the tensor's dtype",
                                 declared,
                                 3,
                                 Arithmetic::position_limit,
                                 Arithmetic::frequencies,
                                 launch<Arithmetic>};
  return usual;
}

}  // namespace rope::cuda
