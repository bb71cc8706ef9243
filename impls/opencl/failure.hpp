// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What OpenCL refuses, as an exception with a status of rope_impl.h and a sentence. None of them leaves the plug-in.
#pragma once

#include <CL/cl.h>

#include <stdexcept>
#include <string>

#include "rope_impl.h"

namespace rope::opencl {

class Failure : public std::runtime_error {
 public:
  Failure(rope_status status, const std::string& text) : std::runtime_error(text), status_(status) {}
  rope_status status() const { return status_; }

 private:
  rope_status status_;
};

/// "CL_OUT_OF_RESOURCES"; "error -9999" for a code that OpenCL 1.2 does not have.
std::string error_name(cl_int code);

/// Throws where `function` returned anything but CL_SUCCESS.
void require(cl_int code, const char* function);

}  // namespace rope::opencl
