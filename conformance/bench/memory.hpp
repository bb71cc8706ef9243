// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What moving the same bytes costs when nothing is computed: the roof over every implementation.
#pragma once

#include <cstddef>

namespace rope::bench::kernels {

/// The C library's memcpy, a part for each thread, in no more parts than are worth one.
void plain_copy(const char* from, char* to, std::size_t bytes, int threads);

/// Whether this processor has stores past the caches that a compiler gives without assembly.
bool has_stream_copy();

/// A cache line at a time, past the caches. Begins and ends with lines.
void stream_copy(const char* from, char* to, std::size_t bytes, int threads);

}  // namespace rope::bench::kernels
