// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One device of the installed OpenCL platforms: its context, the compiled rotation, and the queue that copies go
// through.
#pragma once

#include <CL/cl.h>

#include <cstdint>

#include "impls/opencl/owned.hpp"

namespace rope::opencl {

class Runtime {
 public:
  /// Takes the first device that computes in binary64. Throws Failure: where there is none the text says what to
  /// install, and where the program does not compile it has the compiler's words.
  Runtime();

  Queue queue() const;  ///< a new one, in order
  Buffer buffer(std::uint64_t bytes) const;
  Kernel kernel(const char* name) const;
  cl_command_queue copies() const { return copies_.get(); }

 private:
  void choose_device();
  void compile();

  cl_platform_id platform_ = nullptr;
  cl_device_id device_ = nullptr;
  Context context_;
  Program program_;
  Queue copies_;
};

}  // namespace rope::opencl
