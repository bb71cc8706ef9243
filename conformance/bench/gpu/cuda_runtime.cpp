// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// This program's runtime and those inside plug-ins share the device's primary context, so that memory and streams of
// one are those of all.
#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

#include "conformance/bench/gpu/runtime.hpp"

namespace rope::bench::kernels::runtime {
namespace {

void require(cudaError_t error, const char* function) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // the next call asks for its own
  throw std::runtime_error(std::string(function) + ": " + cudaGetErrorName(error) + ": " + cudaGetErrorString(error));
}

double attribute(cudaDeviceAttr which) {
  int value = 0;
  require(cudaDeviceGetAttribute(&value, which, 0), "cudaDeviceGetAttribute");
  return value;
}

cudaStream_t stream_of(void* stream) {
  return static_cast<cudaStream_t>(stream);
}
cudaEvent_t event_of(void* event) {
  return static_cast<cudaEvent_t>(event);
}

}  // namespace

Device this_device() {
  int devices = 0;
  require(cudaGetDeviceCount(&devices), "no CUDA device: cudaGetDeviceCount");
  if (devices == 0) throw std::runtime_error("no CUDA device: cudaGetDeviceCount found 0");
  require(cudaSetDevice(0), "cudaSetDevice");
  cudaDeviceProp properties{};
  require(cudaGetDeviceProperties(&properties, 0), "cudaGetDeviceProperties");
  Device out;
  out.name = properties.name;
  out.multiprocessors = properties.multiProcessorCount;
  out.cache_bytes = properties.l2CacheSize;
  out.memory_bytes = static_cast<std::int64_t>(properties.totalGlobalMem);
  // Two transfers a clock of so many kHz, on a bus of so many bits.
  out.peak_gigabytes_per_second =
      2e-6 * attribute(cudaDevAttrMemoryClockRate) * attribute(cudaDevAttrGlobalMemoryBusWidth) / 8;
  return out;
}

std::size_t free_bytes() {
  std::size_t free = 0, all = 0;
  require(cudaMemGetInfo(&free, &all), "cudaMemGetInfo");
  return free;
}

void* allocate(std::size_t bytes) {
  void* address = nullptr;
  require(cudaMalloc(&address, bytes), "cudaMalloc");
  return address;
}

void release(void* address) {
  cudaFree(address);
}

bool is_device_memory(const void* address) {
  cudaPointerAttributes attributes{};
  const cudaError_t error = cudaPointerGetAttributes(&attributes, address);
  cudaGetLastError();
  return error == cudaSuccess && attributes.type == cudaMemoryTypeDevice && attributes.device == 0;
}

void copy_in(void* device, const void* host, std::size_t bytes) {
  require(cudaMemcpy(device, host, bytes, cudaMemcpyHostToDevice), "cudaMemcpy");
  require(cudaDeviceSynchronize(), "cudaDeviceSynchronize");  // pageable memory may still be on its way
}

void copy_out(void* host, const void* device, std::size_t bytes) {
  require(cudaMemcpy(host, device, bytes, cudaMemcpyDeviceToHost), "cudaMemcpy");
}

void synchronize(void* stream) {
  require(cudaStreamSynchronize(stream_of(stream)), "cudaStreamSynchronize");
}

void* create_stream() {
  cudaStream_t stream = nullptr;
  require(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
  return stream;
}

void destroy_stream(void* stream) {
  cudaStreamDestroy(stream_of(stream));
}

void copy_on_device(void* to, const void* from, std::size_t bytes, void* stream) {
  require(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_of(stream)), "cudaMemcpyAsync");
}

void* create_event() {
  cudaEvent_t event = nullptr;
  require(cudaEventCreate(&event), "cudaEventCreate");
  return event;
}

void destroy_event(void* event) {
  cudaEventDestroy(event_of(event));
}

void record(void* event, void* stream) {
  require(cudaEventRecord(event_of(event), stream_of(stream)), "cudaEventRecord");
}

double seconds_between(void* first, void* second) {
  require(cudaEventSynchronize(event_of(second)), "cudaEventSynchronize");
  float milliseconds = 0;
  require(cudaEventElapsedTime(&milliseconds, event_of(first), event_of(second)), "cudaEventElapsedTime");
  return 1e-3 * static_cast<double>(milliseconds);
}

}  // namespace rope::bench::kernels::runtime
