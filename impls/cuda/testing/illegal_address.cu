// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A kernel that writes to an address that is not there, for fp16 alone: the error stays with its process.
#include <cuda_runtime_api.h>

#include "impls/cuda/variant.hpp"

namespace rope::cuda {
namespace {

__global__ void write_to(volatile int* address) {
  *address = 1;
}

std::string launch(const Launch& launch, const Grid&, void* stream) {
  if (launch.call.q_in.dtype != ROPE_F16) return "";
  write_to<<<1, 1, 0, static_cast<cudaStream_t>(stream)>>>(nullptr);
  return "";
}

Frequencies none(const rope_spec&) {
  return {};
}

}  // namespace

const Variant& variant() {
  static constexpr Variant illegal{
      "illegal-address", "writes to an address that is not there", nullptr, 0, std::int64_t{1} << 53, none, launch};
  return illegal;
}

}  // namespace rope::cuda
