// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What bench gpu needs of a device's runtime: CUDA's (cuda_runtime.cpp), or the host's memory in tests. Everything
// throws std::runtime_error with the function and the runtime's own words.
#pragma once

#include <cstddef>

#include "conformance/bench/report.hpp"

namespace rope::bench::kernels::runtime {

/// Throws where there is none.
Device this_device();
std::size_t free_bytes();

void* allocate(std::size_t bytes);
void release(void* address);
/// Whether a plug-in's memory is memory of this runtime's device: else none of its tensors can be timed here.
bool is_device_memory(const void* address);

// These wait.
void copy_in(void* device, const void* host, std::size_t bytes);
void copy_out(void* host, const void* device, std::size_t bytes);
void synchronize(void* stream);

void* create_stream();
void destroy_stream(void* stream);
/// On the stream, without waiting.
void copy_on_device(void* to, const void* from, std::size_t bytes, void* stream);

void* create_event();
void destroy_event(void* event);
void record(void* event, void* stream);
/// Waits for the second.
double seconds_between(void* first, void* second);

}  // namespace rope::bench::kernels::runtime
