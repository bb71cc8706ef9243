// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA runtime, linked statically: a device of its own is current in every thread.
#include "impls/cuda/runtime.hpp"

#include <cuda_runtime_api.h>

#include "impls/device/failure.hpp"

namespace rope::cuda {
namespace {

void require(cudaError_t error, const char* function) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // the next call asks for its own
  throw device::Failure(error == cudaErrorMemoryAllocation ? ROPE_OUT_OF_MEMORY : ROPE_ERROR,
                        std::string(function) + ": " + cudaGetErrorName(error) + ": " + cudaGetErrorString(error));
}

// A stream that waits for no kernel of another. cudaMemcpy may return before the last piece of pageable memory has
// arrived; waiting for the stream does not.
void copy(void* to, const void* from, std::uint64_t bytes, cudaMemcpyKind kind) {
  if (bytes == 0) return;
  require(cudaMemcpyAsync(to, from, bytes, kind, cudaStreamPerThread), "cudaMemcpyAsync");
  require(cudaStreamSynchronize(cudaStreamPerThread), "cudaStreamSynchronize");
}

}  // namespace

std::string why_no_device() {
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  cudaGetLastError();
  if (error == cudaSuccess && devices > 0) return "";
  return std::string("no CUDA device: cudaGetDeviceCount: ") + cudaGetErrorName(error) + ": " +
         cudaGetErrorString(error);
}

std::uint32_t multiprocessors() {
  int device = 0, count = 0;
  require(cudaGetDevice(&device), "cudaGetDevice");
  require(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device), "cudaDeviceGetAttribute");
  return static_cast<std::uint32_t>(count);
}

void* allocate(std::uint64_t bytes) {
  void* address = nullptr;
  require(cudaMalloc(&address, bytes), "cudaMalloc");
  return address;
}

void release(void* address) {
  require(cudaFree(address), "cudaFree");
}

void copy_in(void* device, const void* host, std::uint64_t bytes) {
  copy(device, host, bytes, cudaMemcpyHostToDevice);
}

void copy_out(void* host, const void* device, std::uint64_t bytes) {
  copy(host, device, bytes, cudaMemcpyDeviceToHost);
}

void* create_stream() {
  cudaStream_t stream = nullptr;
  require(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
  return stream;
}

void destroy_stream(void* stream) {
  require(cudaStreamDestroy(static_cast<cudaStream_t>(stream)), "cudaStreamDestroy");
}

void synchronize(void* stream) {
  require(cudaStreamSynchronize(static_cast<cudaStream_t>(stream)), "cudaStreamSynchronize");
}

void synchronize_all() {
  require(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
}

}  // namespace rope::cuda
