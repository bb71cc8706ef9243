// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA kernel: block.hpp between barriers. q and k in one launch, cos and sin made once for each token and block,
// memory read and written 16 bytes at a time where that can be.
#pragma once

#include <cuda_runtime_api.h>

#include <string>

#include "impls/cuda/block.hpp"
#include "impls/cuda/launch.hpp"

namespace rope::cuda {

template <class Arithmetic, class Element, int kWidth>
__global__ void __launch_bounds__(most_threads, 1) rotate(const __grid_constant__ Launch launch) {
  using OwnBlock = Block<Arithmetic, Element, kWidth>;
  extern __shared__ uint4 shared[];
  OwnBlock block(launch, reinterpret_cast<typename OwnBlock::CosSin*>(shared), blockDim.x,
                 blockIdx.y * launch.heads_per_block);
  const std::uint32_t thread = threadIdx.x;
  for (std::int64_t token = blockIdx.x; token < block.tokens(); token += gridDim.x) {
    __syncthreads();  // nobody needs the last token's cos and sin any more
    block.move_to(token);
    block.make_turns(thread);
    __syncthreads();
    for (std::int64_t head = block.first_head(); head < block.end_head(); head += block.rows()) {
      typename OwnBlock::Loaded loaded;
      const bool has_part = block.has_part(thread, head);
      if (has_part) loaded = block.load(thread, head);
      if (block.must_wait()) __syncthreads();
      if (has_part) block.store(thread, head, loaded);
    }
    block.copy_the_rest(thread);
  }
}

template <class Arithmetic, class Element, int kWidth>
void put_on_stream(const Launch& launch, const Grid& grid, cudaStream_t stream) {
  using CosSin = typename Block<Arithmetic, Element, kWidth>::CosSin;
  rotate<Arithmetic, Element, kWidth>
      <<<dim3(grid.tokens, grid.heads), grid.threads, shared_bytes(launch.spec, sizeof(CosSin)), stream>>>(launch);
}

/// Empty, or CUDA's own text.
template <class Arithmetic>
std::string launch(const Launch& launch, const Grid& grid, void* on) {
  const auto stream = static_cast<cudaStream_t>(on);
  const bool wide = pairs_per_thread(launch.spec, launch.call) > 1;
  switch (launch.call.q_in.dtype) {
    case ROPE_F32:
      wide ? put_on_stream<Arithmetic, kernel::Fp32, 4>(launch, grid, stream)
           : put_on_stream<Arithmetic, kernel::Fp32, 1>(launch, grid, stream);
      break;
    case ROPE_F16:
      wide ? put_on_stream<Arithmetic, kernel::Fp16, 8>(launch, grid, stream)
           : put_on_stream<Arithmetic, kernel::Fp16, 1>(launch, grid, stream);
      break;
    default:
      wide ? put_on_stream<Arithmetic, kernel::Bf16, 8>(launch, grid, stream)
           : put_on_stream<Arithmetic, kernel::Bf16, 1>(launch, grid, stream);
  }
  const cudaError_t error = cudaGetLastError();
  if (error == cudaSuccess) return "";
  return std::string("the kernel: ") + cudaGetErrorName(error) + ": " + cudaGetErrorString(error);
}

}  // namespace rope::cuda
