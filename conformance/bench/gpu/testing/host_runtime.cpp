// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A device that is the host: memory is the host's, streams are at rest when a call returns, events are times.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "conformance/bench/gpu/runtime.hpp"

namespace rope::bench::kernels::runtime {
namespace {
using Time = std::chrono::steady_clock::time_point;
}

Device this_device() {
  return {"the host", 1, 1 << 20, std::int64_t{1} << 30, 100};
}

std::size_t free_bytes() {
  return std::size_t{1} << 30;
}

void* allocate(std::size_t bytes) {
  constexpr std::size_t alignment = 256;  // which rope_impl.h promises
  void* const address = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (address == nullptr) throw std::runtime_error("aligned_alloc failed");
  return address;
}

void release(void* address) {
  std::free(address);
}

bool is_device_memory(const void* address) {
  return address != nullptr;
}

void copy_in(void* device, const void* host, std::size_t bytes) {
  std::memcpy(device, host, bytes);
}

void copy_out(void* host, const void* device, std::size_t bytes) {
  std::memcpy(host, device, bytes);
}

void synchronize(void*) {}

void* create_stream() {
  return nullptr;
}

void destroy_stream(void*) {}

void copy_on_device(void* to, const void* from, std::size_t bytes, void*) {
  std::memcpy(to, from, bytes);
}

void* create_event() {
  return new Time;
}

void destroy_event(void* event) {
  delete static_cast<Time*>(event);
}

void record(void* event, void*) {
  *static_cast<Time*>(event) = std::chrono::steady_clock::now();
}

double seconds_between(void* first, void* second) {
  return std::chrono::duration<double>(*static_cast<Time*>(second) - *static_cast<Time*>(first)).count();
}

}  // namespace rope::bench::kernels::runtime
