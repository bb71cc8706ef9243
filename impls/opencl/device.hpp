// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The memory and the streams of the OpenCL device. OpenCL 1.2 gives no addresses, so reserved ones are handed out and
// found again, with whatever was added to them, as a buffer and a place in it.
#pragma once

#include <CL/cl.h>

#include <cstdint>
#include <mutex>

#include "impls/device/address_space.hpp"
#include "impls/device/footprint.hpp"
#include "impls/opencl/runtime.hpp"
#include "rope_impl.h"

namespace rope::opencl {

/// Where element 0 of a tensor is, in elements from the start of the buffer.
struct Place {
  cl_mem buffer = nullptr;
  std::int64_t first = 0;
};

/// Everything here may be used by several threads at once, and throws Failure.
class Device {
 public:
  /// The one device of the process, opened by whoever asks first; allocate has no handle to keep it in. It stays until
  /// the process ends, because runtimes are in no state to be closed when static objects are destroyed.
  static Device& open();

  const Runtime& runtime() const { return runtime_; }

  void* allocate(std::uint64_t bytes);
  void release(void* address);
  void copy_in(void* device, const void* host, std::uint64_t bytes);
  void copy_out(void* host, const void* device, std::uint64_t bytes);

  void* create_stream();
  void destroy_stream(void* stream);
  cl_command_queue queue_of(void* stream);  ///< NULL: the default stream

  /// Refuses whatever does not lie in one allocation, or not at a multiple of its element's size. `name`: for the text.
  Place place(const char* name, rope_memory memory, const void* data, const device::Footprint& reached,
              std::uint64_t element_bytes);

 private:
  Device();

  std::mutex mutex_;  ///< for the two tables; what they hold is OpenCL's, which locks for itself
  Runtime runtime_;
  Queue default_queue_;
  device::AddressSpace<Buffer> memory_;
  device::AddressSpace<Queue> streams_;
};

}  // namespace rope::opencl
