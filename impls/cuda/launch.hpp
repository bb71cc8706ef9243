// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a kernel is told, by value, and the grid it runs in. No CUDA: all of this is host arithmetic, tested without a
// device.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impls/kernel/range.hpp"
#include "impls/kernel/two_floats.hpp"
#include "rope_impl.h"

namespace rope::cuda {

/// A block has a thread for each group of pairs of a head at least, and 512 threads at most; positions of several axes
/// go to the kernel with its arguments. Hence these limits, which query states.
inline constexpr std::uint32_t most_pairs = 512;
inline constexpr std::uint32_t most_axes = 256;
inline constexpr std::uint32_t most_threads = 512;
inline constexpr std::size_t vector_bytes = 16;

/// Call and spec as rope_impl.h has them, with all their data on the device; pair_axis there is not looked at.
struct Launch {
  rope_spec spec;
  rope_call call;
  kernel::Range range;
  kernel::TwoFloats attention_factor, query_scale;
  const void* frequencies;  ///< an Arithmetic::DeviceFrequency of each pair; NULL where rows are supplied
  std::uint32_t heads_per_block;
  std::uint8_t pair_axis[most_pairs];
};

/// Threads are columns (one for each group of pairs) times rows (heads that a block has in hand at once).
struct Grid {
  std::uint32_t threads = 0, columns = 0;
  std::uint32_t tokens = 0;  ///< blocks along x; each takes every so manieth token
  std::uint32_t heads = 0;   ///< blocks along y
  std::uint32_t heads_per_block = 0;
};

/// Whether every 16 bytes that a thread would move at once are aligned, and belong together.
bool vectors_fit(const rope_spec& spec, const rope_call& call);

/// 16 bytes of pairs for each thread, or 1.
std::uint32_t pairs_per_thread(const rope_spec& spec, const rope_call& call);

/// For a call that has tokens and heads, on a device with so many multiprocessors.
Grid grid_of(const rope_spec& spec, const rope_call& call, std::uint32_t multiprocessors);

/// Of the shared memory that holds cos and sin, of a type of which `bytes` are needed for each pair and element.
std::uint32_t shared_bytes(const rope_spec& spec, std::size_t bytes);

}  // namespace rope::cuda
