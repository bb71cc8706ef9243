// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Finding a device among all platforms, and compiling rotate.cl for it, once for the process.
#include "impls/opencl/runtime.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "impls/opencl/failure.hpp"
#include "impls/opencl/rotate_source.hpp"

namespace rope::opencl {
namespace {

// What the loader of platforms returns where none is registered (cl_khr_icd).
constexpr cl_int platform_not_found = -1001;

std::vector<cl_platform_id> platforms() {
  cl_uint count = 0;
  const cl_int code = clGetPlatformIDs(0, nullptr, &count);
  if (code == platform_not_found || (code == CL_SUCCESS && count == 0)) {
    throw Failure(ROPE_ERROR, "there is no OpenCL platform on this machine; on Debian, pocl-opencl-icd brings one");
  }
  require(code, "clGetPlatformIDs");
  std::vector<cl_platform_id> found(count);
  require(clGetPlatformIDs(count, found.data(), nullptr), "clGetPlatformIDs");
  return found;
}

std::vector<cl_device_id> devices(cl_platform_id platform) {
  cl_uint count = 0;
  const cl_int code = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, nullptr, &count);
  if (code == CL_DEVICE_NOT_FOUND) return {};
  require(code, "clGetDeviceIDs");
  std::vector<cl_device_id> found(count);
  require(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, count, found.data(), nullptr), "clGetDeviceIDs");
  return found;
}

std::string text_of(cl_device_id device, cl_device_info what) {
  std::size_t bytes = 0;
  require(clGetDeviceInfo(device, what, 0, nullptr, &bytes), "clGetDeviceInfo");
  std::string text(bytes, '\0');
  require(clGetDeviceInfo(device, what, bytes, text.data(), nullptr), "clGetDeviceInfo");
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

bool has_binary64(cl_device_id device) {
  std::istringstream extensions(text_of(device, CL_DEVICE_EXTENSIONS));
  return std::find(std::istream_iterator<std::string>(extensions), {}, "cl_khr_fp64") !=
         std::istream_iterator<std::string>();
}

}  // namespace

Runtime::Runtime() {
  choose_device();
  const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM, reinterpret_cast<cl_context_properties>(platform_),
                                              0};
  cl_int code = CL_SUCCESS;
  context_ = Context(clCreateContext(properties, 1, &device_, nullptr, nullptr, &code));
  require(code, "clCreateContext");
  copies_ = queue();
  compile();
}

void Runtime::choose_device() {
  std::string without;
  for (const cl_platform_id platform : platforms()) {
    for (const cl_device_id device : devices(platform)) {
      if (has_binary64(device)) {
        platform_ = platform;
        device_ = device;
        return;
      }
      without += without.empty() ? "" : ", ";
      without += text_of(device, CL_DEVICE_NAME);
    }
  }
  if (without.empty()) {
    throw Failure(ROPE_ERROR,
                  "no OpenCL platform here has a device; PoCL's needs a folder that it can write to (POCL_CACHE_DIR)");
  }
  throw Failure(ROPE_UNSUPPORTED,
                "no OpenCL device here computes in binary64 (cl_khr_fp64), in which angles are made: " + without);
}

void Runtime::compile() {
  const char* source = rotate_source;
  cl_int code = CL_SUCCESS;
  program_ = Program(clCreateProgramWithSource(context_.get(), 1, &source, nullptr, &code));
  require(code, "clCreateProgramWithSource");
  code = clBuildProgram(program_.get(), 1, &device_, "-cl-std=CL1.2", nullptr, nullptr);
  if (code == CL_SUCCESS) return;
  std::size_t bytes = 0;
  clGetProgramBuildInfo(program_.get(), device_, CL_PROGRAM_BUILD_LOG, 0, nullptr, &bytes);
  std::string log(bytes, '\0');
  clGetProgramBuildInfo(program_.get(), device_, CL_PROGRAM_BUILD_LOG, bytes, log.data(), nullptr);
  log.resize(std::min(log.find('\0'), log.size()));
  throw Failure(ROPE_ERROR, "clBuildProgram returned " + error_name(code) + ": " + log);
}

Queue Runtime::queue() const {
  cl_int code = CL_SUCCESS;
  Queue queue(clCreateCommandQueue(context_.get(), device_, 0, &code));
  require(code, "clCreateCommandQueue");
  return queue;
}

Buffer Runtime::buffer(std::uint64_t bytes) const {
  // OpenCL has no empty buffers.
  cl_int code = CL_SUCCESS;
  Buffer buffer(clCreateBuffer(context_.get(), CL_MEM_READ_WRITE, std::max<std::uint64_t>(bytes, 1), nullptr, &code));
  require(code, "clCreateBuffer");
  return buffer;
}

Kernel Runtime::kernel(const char* name) const {
  cl_int code = CL_SUCCESS;
  Kernel kernel(clCreateKernel(program_.get(), name, &code));
  require(code, "clCreateKernel");
  return kernel;
}

}  // namespace rope::opencl
