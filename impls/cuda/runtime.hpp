// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The little that the plug-in asks of a device runtime: memory, streams, and how many multiprocessors there are.
// runtime.cpp is CUDA's, testing/host_runtime.cpp stands in for it where there is no device. Each throws Failure with
// the runtime's own text.
#pragma once

#include <cstdint>
#include <string>

namespace rope::cuda {

/// Empty where there is a device, otherwise why not.
std::string why_no_device();

std::uint32_t multiprocessors();

void* allocate(std::uint64_t bytes);
void release(void* address);

/// Complete on return, and before whatever is put on a stream after that.
void copy_in(void* device, const void* host, std::uint64_t bytes);
void copy_out(void* host, const void* device, std::uint64_t bytes);

/// Streams do not wait for the default one.
void* create_stream();
void destroy_stream(void* stream);
void synchronize(void* stream);

/// Waits for all streams.
void synchronize_all();

}  // namespace rope::cuda
