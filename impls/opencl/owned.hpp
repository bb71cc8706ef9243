// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// OpenCL's objects, each with one owner that releases it.
#pragma once

#include <CL/cl.h>

#include <utility>

namespace rope::opencl {

template <class Object, cl_int(CL_API_CALL* release)(Object)>
class Owned {
 public:
  Owned() = default;
  explicit Owned(Object object) : object_(object) {}
  Owned(Owned&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Owned() {
    if (object_ != nullptr) release(object_);
  }
  Object get() const { return object_; }

 private:
  Object object_ = nullptr;
};

using Context = Owned<cl_context, clReleaseContext>;
using Program = Owned<cl_program, clReleaseProgram>;
using Kernel = Owned<cl_kernel, clReleaseKernel>;
using Queue = Owned<cl_command_queue, clReleaseCommandQueue>;
using Buffer = Owned<cl_mem, clReleaseMemObject>;
using Event = Owned<cl_event, clReleaseEvent>;

}  // namespace rope::opencl
