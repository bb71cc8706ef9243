// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What most kernels on GPUs do, in binary32 throughout: inv_freq from a power, its product with the position, cosine and
// sine of that, one rounding to the tensor's dtype. Functions says whose power, cosine and sine these are. Compiled with
// --fmad=true, nvcc's default, so that one product of each sum is fused, and the compiler chooses which.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <string>
#include <vector>

#include "impls/device/failure.hpp"
#include "impls/cuda/rotate.cuh"
#include "impls/cuda/runtime.hpp"
#include "impls/cuda/variant.hpp"
#include "impls/kernel/accurate_turn.hpp"
#include "impls/kernel/arithmetic.hpp"
#include "impls/kernel/handle.hpp"

namespace rope::cuda {

/// base^(2i/d) of each pair.
template <class Functions>
__global__ void default_powers(float* power, float base, std::uint32_t rotary_dim) {
  const std::uint32_t pair = blockIdx.x * blockDim.x + threadIdx.x;
  if (pair >= rotary_dim / 2) return;
  power[pair] = Functions::power(base, static_cast<float>(2 * pair) / static_cast<float>(rotary_dim));
}

template <class Functions>
struct FloatArithmetic : kernel::OneRoundingArithmetic {
  using Number = float;
  using DeviceFrequency = float;

  __device__ static float number(const kernel::TwoFloats& x) { return x.hi; }

  __device__ static kernel::Turn<float> turn_at(float inv_freq, std::int64_t position, float factor) {
    return turn_of_angle(__fmul_rn(static_cast<float>(position), inv_freq), factor);
  }
  __device__ static kernel::Turn<float> turn_of_angle(double angle, float factor) {
    return turn_of_angle(static_cast<float>(angle), factor);
  }
  __device__ static kernel::Turn<float> turn_of_angle(float angle, float factor) {
    float sin, cos;
    Functions::sin_cos(angle, &sin, &cos);
    return {cos * factor, sin * factor, cos * factor, sin * factor};
  }

  template <class Element>
  __device__ static kernel::RotatedFloats rotated(float x0, float x1, const kernel::Turn<float>& turn, float scale) {
    return {(x0 * turn.c0 - x1 * turn.s0) * scale, (x1 * turn.c1 + x0 * turn.s1) * scale};
  }

  /// Powers come from the device; what a family makes of them is the host's, in binary32.
  static Frequencies frequencies(const rope_spec& spec) {
    std::vector<float> used;
    if (spec.angles.source == ROPE_SOURCE_INV_FREQ) {
      used = kernel::inv_freq_of<kernel::OneRoundingArithmetic>(spec);
    } else {
      const rope_parametric& p = spec.angles.parametric;
      used = powers(kernel::base_of<float>(p, spec.rotary_dim), spec.rotary_dim);
      for (std::uint32_t pair = 0; pair < used.size(); ++pair) {
        used[pair] = kernel::inv_freq_of_power(p, spec.rotary_dim, pair, used[pair]);
      }
    }
    Frequencies made;
    for (const float inv_freq : used) {
      append(made.for_device, inv_freq);
      made.exported.push_back(inv_freq);
    }
    return made;
  }

 private:
  static std::vector<float> powers(float base, std::uint32_t rotary_dim) {
    std::vector<float> host(rotary_dim / 2);
    const std::size_t bytes = host.size() * sizeof(float);
    void* const device = allocate(bytes);
    default_powers<Functions><<<(rotary_dim / 2 + 127) / 128, 128, 0, cudaStreamPerThread>>>(
        static_cast<float*>(device), base, rotary_dim);
    const cudaError_t error = cudaGetLastError();
    try {
      if (error != cudaSuccess) throw device::Failure(ROPE_ERROR, cudaGetErrorString(error));
      copy_out(host.data(), device, bytes);  // on the same stream
    } catch (...) {
      release(device);
      throw;
    }
    release(device);
    return host;
  }
};

}  // namespace rope::cuda
