// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The names of OpenCL 1.2's error codes, and which of them mean that memory ran out.
#include "impls/opencl/failure.hpp"

namespace rope::opencl {
namespace {

struct Name {
  cl_int code;
  const char* text;
};

#define ROPE_NAMED(code) \
  { code, #code }
constexpr Name names[] = {ROPE_NAMED(CL_SUCCESS),
                          ROPE_NAMED(CL_DEVICE_NOT_FOUND),
                          ROPE_NAMED(CL_DEVICE_NOT_AVAILABLE),
                          ROPE_NAMED(CL_COMPILER_NOT_AVAILABLE),
                          ROPE_NAMED(CL_MEM_OBJECT_ALLOCATION_FAILURE),
                          ROPE_NAMED(CL_OUT_OF_RESOURCES),
                          ROPE_NAMED(CL_OUT_OF_HOST_MEMORY),
                          ROPE_NAMED(CL_MEM_COPY_OVERLAP),
                          ROPE_NAMED(CL_BUILD_PROGRAM_FAILURE),
                          ROPE_NAMED(CL_MISALIGNED_SUB_BUFFER_OFFSET),
                          ROPE_NAMED(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST),
                          ROPE_NAMED(CL_COMPILE_PROGRAM_FAILURE),
                          ROPE_NAMED(CL_LINKER_NOT_AVAILABLE),
                          ROPE_NAMED(CL_LINK_PROGRAM_FAILURE),
                          ROPE_NAMED(CL_INVALID_VALUE),
                          ROPE_NAMED(CL_INVALID_DEVICE_TYPE),
                          ROPE_NAMED(CL_INVALID_PLATFORM),
                          ROPE_NAMED(CL_INVALID_DEVICE),
                          ROPE_NAMED(CL_INVALID_CONTEXT),
                          ROPE_NAMED(CL_INVALID_QUEUE_PROPERTIES),
                          ROPE_NAMED(CL_INVALID_COMMAND_QUEUE),
                          ROPE_NAMED(CL_INVALID_HOST_PTR),
                          ROPE_NAMED(CL_INVALID_MEM_OBJECT),
                          ROPE_NAMED(CL_INVALID_BINARY),
                          ROPE_NAMED(CL_INVALID_BUILD_OPTIONS),
                          ROPE_NAMED(CL_INVALID_PROGRAM),
                          ROPE_NAMED(CL_INVALID_PROGRAM_EXECUTABLE),
                          ROPE_NAMED(CL_INVALID_KERNEL_NAME),
                          ROPE_NAMED(CL_INVALID_KERNEL_DEFINITION),
                          ROPE_NAMED(CL_INVALID_KERNEL),
                          ROPE_NAMED(CL_INVALID_ARG_INDEX),
                          ROPE_NAMED(CL_INVALID_ARG_VALUE),
                          ROPE_NAMED(CL_INVALID_ARG_SIZE),
                          ROPE_NAMED(CL_INVALID_KERNEL_ARGS),
                          ROPE_NAMED(CL_INVALID_WORK_DIMENSION),
                          ROPE_NAMED(CL_INVALID_WORK_GROUP_SIZE),
                          ROPE_NAMED(CL_INVALID_WORK_ITEM_SIZE),
                          ROPE_NAMED(CL_INVALID_GLOBAL_OFFSET),
                          ROPE_NAMED(CL_INVALID_EVENT_WAIT_LIST),
                          ROPE_NAMED(CL_INVALID_EVENT),
                          ROPE_NAMED(CL_INVALID_OPERATION),
                          ROPE_NAMED(CL_INVALID_BUFFER_SIZE),
                          ROPE_NAMED(CL_INVALID_GLOBAL_WORK_SIZE),
                          ROPE_NAMED(CL_INVALID_PROPERTY),
                          ROPE_NAMED(CL_INVALID_COMPILER_OPTIONS),
                          ROPE_NAMED(CL_INVALID_LINKER_OPTIONS)};
#undef ROPE_NAMED

bool out_of_memory(cl_int code) {
  return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_RESOURCES || code == CL_OUT_OF_HOST_MEMORY ||
         code == CL_INVALID_BUFFER_SIZE;
}

}  // namespace

std::string error_name(cl_int code) {
  for (const Name& name : names) {
    if (name.code == code) return name.text;
  }
  return "error " + std::to_string(code);
}

void require(cl_int code, const char* function) {
  if (code == CL_SUCCESS) return;
  throw Failure(out_of_memory(code) ? ROPE_OUT_OF_MEMORY : ROPE_ERROR,
                std::string(function) + " returned " + error_name(code));
}

}  // namespace rope::opencl
