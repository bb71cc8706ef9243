// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What OpenCL refuses, in its own words.
#pragma once

#include <CL/cl.h>

#include <string>

#include "impls/device/failure.hpp"

namespace rope::opencl {

using device::Failure;

/// "CL_OUT_OF_RESOURCES"; "error -9999" for a code that OpenCL 1.2 does not have.
std::string error_name(cl_int code);

/// Throws where `function` returned anything but CL_SUCCESS.
void require(cl_int code, const char* function);

}  // namespace rope::opencl
