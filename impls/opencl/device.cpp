// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Addresses to buffers, streams to queues. Copies have a queue of their own and wait for nothing but themselves.
#include "impls/opencl/device.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "impls/opencl/failure.hpp"

namespace rope::opencl {
namespace {

// Where a function cannot return a status.
[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "the OpenCL device: %s\n", what);
  std::abort();
}

Failure not_here(const std::string& what) {
  return {ROPE_INVALID_ARGUMENT, what + " does not lie in device memory that was allocated here"};
}

void* reserved(void* address) {
  if (address == nullptr) throw Failure(ROPE_OUT_OF_MEMORY, "no addresses are left to hand out");
  return address;
}

}  // namespace

Device& Device::open() {
  static Device& only = *new Device;
  return only;
}

Device::Device() : default_queue_(runtime_.queue()) {}

void* Device::allocate(std::uint64_t bytes) {
  Buffer buffer = runtime_.buffer(bytes);
  const std::lock_guard<std::mutex> alone(mutex_);
  return reserved(memory_.reserve(bytes, std::move(buffer)));
}

void Device::release(void* address) {
  const std::lock_guard<std::mutex> alone(mutex_);
  // OpenCL keeps a buffer until what was enqueued with it has happened.
  if (address != nullptr && !memory_.release(address)) die("release was given an address that is not allocated here");
}

void Device::copy_in(void* device, const void* host, std::uint64_t bytes) {
  const Place to = place("the target of copy_in", ROPE_DEVICE, device,
                         device::Footprint(1).along(static_cast<std::int64_t>(bytes), 1), 1);
  if (bytes == 0) return;
  require(clEnqueueWriteBuffer(runtime_.copies(), to.buffer, CL_TRUE, static_cast<std::size_t>(to.first), bytes, host,
                               0, nullptr, nullptr),
          "clEnqueueWriteBuffer");
}

void Device::copy_out(void* host, const void* device, std::uint64_t bytes) {
  const Place from = place("the source of copy_out", ROPE_DEVICE, device,
                           device::Footprint(1).along(static_cast<std::int64_t>(bytes), 1), 1);
  if (bytes == 0) return;
  require(clEnqueueReadBuffer(runtime_.copies(), from.buffer, CL_TRUE, static_cast<std::size_t>(from.first), bytes,
                              host, 0, nullptr, nullptr),
          "clEnqueueReadBuffer");
}

void* Device::create_stream() {
  Queue queue = runtime_.queue();
  const std::lock_guard<std::mutex> alone(mutex_);
  return reserved(streams_.reserve(1, std::move(queue)));
}

void Device::destroy_stream(void* stream) {
  const std::lock_guard<std::mutex> alone(mutex_);
  if (!streams_.release(stream)) die("destroy was given a stream that does not exist");
}

cl_command_queue Device::queue_of(void* stream) {
  if (stream == nullptr) return default_queue_.get();
  const std::lock_guard<std::mutex> alone(mutex_);
  const Queue* const queue = streams_.at(stream);
  if (queue == nullptr) {
    throw Failure(ROPE_INVALID_ARGUMENT, "the stream was not created here, or is destroyed");
  }
  return queue->get();
}

Place Device::place(const char* name, rope_memory memory, const void* data, const device::Footprint& reached,
                    std::uint64_t element_bytes) {
  if (reached.empty()) return {};
  if (memory != ROPE_DEVICE || !reached.sensible()) throw not_here(name);
  const auto first = reinterpret_cast<std::uintptr_t>(data) + static_cast<std::uintptr_t>(reached.first_byte());
  const std::lock_guard<std::mutex> alone(mutex_);
  const auto found = memory_.find(reinterpret_cast<const void*>(first), reached.bytes());
  if (!found) throw not_here(name);
  const std::int64_t origin = static_cast<std::int64_t>(found->offset) - reached.first_byte();
  if (origin % static_cast<std::int64_t>(element_bytes) != 0) {
    throw Failure(ROPE_INVALID_ARGUMENT, std::string(name) + " is not aligned to its elements");
  }
  return {found->block->get(), origin / static_cast<std::int64_t>(element_bytes)};
}

}  // namespace rope::opencl
