// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A device that is the host: memory that these functions hand out, streams on which everything has happened already.
#include <cstring>
#include <new>

#include "impls/cuda/runtime.hpp"

namespace rope::cuda {
namespace {

// rope_impl.h promises addresses that are aligned like this.
constexpr std::align_val_t alignment{256};

}  // namespace

std::string why_no_device() {
  return "";
}

// Few, so that small calls are cut both along tokens and along heads.
std::uint32_t multiprocessors() {
  return 3;
}

void* allocate(std::uint64_t bytes) {
  return ::operator new(bytes, alignment);
}

void release(void* address) {
  ::operator delete(address, alignment);
}

void copy_in(void* device, const void* host, std::uint64_t bytes) {
  std::memcpy(device, host, bytes);
}

void copy_out(void* host, const void* device, std::uint64_t bytes) {
  std::memcpy(host, device, bytes);
}

void* create_stream() {
  return new char;
}

void destroy_stream(void* stream) {
  delete static_cast<char*>(stream);
}

void synchronize(void*) {}

void synchronize_all() {}

}  // namespace rope::cuda
