// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which accesses can be 16 bytes wide, and how a call is cut into blocks.
#include "impls/cuda/launch.hpp"

#include <algorithm>

#include "impls/kernel/abi.hpp"

namespace rope::cuda {
namespace {

constexpr std::uint32_t usual_threads = 256;
// So many blocks for each multiprocessor keep all of them busy until the end.
constexpr std::int64_t blocks_wanted = 4;
constexpr std::int64_t most_blocks = 0x7fffffff;

std::int64_t elements_of_vector(rope_dtype dtype) {
  return dtype == ROPE_F32 ? 4 : 8;
}

bool fits(const rope_tensor& tensor) {
  if (!kernel::present(tensor)) return true;
  const std::int64_t width = elements_of_vector(tensor.dtype);
  bool aligned = reinterpret_cast<std::uintptr_t>(tensor.data) % vector_bytes == 0 && tensor.strides[3] == 1;
  for (int axis = 0; axis < 3; ++axis) {
    aligned = aligned && (tensor.shape[axis] < 2 || tensor.strides[axis] % width == 0);
  }
  return aligned;
}

std::int64_t heads_of(const rope_call& call) {
  return call.q_in.shape[2] + (kernel::present(call.k_in) ? call.k_in.shape[2] : 0);
}

}  // namespace

bool vectors_fit(const rope_spec& spec, const rope_call& call) {
  const auto width = static_cast<std::uint32_t>(elements_of_vector(call.q_in.dtype));
  return spec.dim_offset % width == 0 && spec.rotary_dim / 2 % width == 0 && spec.head_dim % width == 0 &&
         fits(call.q_in) && fits(call.q_out) && fits(call.k_in) && fits(call.k_out);
}

std::uint32_t pairs_per_thread(const rope_spec& spec, const rope_call& call) {
  return vectors_fit(spec, call) ? static_cast<std::uint32_t>(elements_of_vector(call.q_in.dtype)) : 1;
}

Grid grid_of(const rope_spec& spec, const rope_call& call, std::uint32_t multiprocessors) {
  const std::int64_t tokens = call.q_in.shape[0] * call.q_in.shape[1], heads = heads_of(call);
  Grid grid;
  grid.columns = spec.rotary_dim / 2 / pairs_per_thread(spec, call);
  // With few tokens a token's heads are shared among blocks.
  const std::int64_t wanted = blocks_wanted * multiprocessors;
  const std::int64_t parts = std::clamp<std::int64_t>(wanted / tokens, 1, heads);
  const std::int64_t each = (heads + parts - 1) / parts;
  const std::int64_t rows = std::clamp<std::int64_t>(usual_threads / grid.columns, 1, each);
  // Whole rows but in the last block. A grid has 65535 blocks along y.
  const std::int64_t blocks = std::min<std::int64_t>((heads + each - 1) / each, 65535);
  grid.heads_per_block = static_cast<std::uint32_t>((heads + blocks - 1) / blocks);
  grid.heads = static_cast<std::uint32_t>((heads + grid.heads_per_block - 1) / grid.heads_per_block);
  grid.threads = static_cast<std::uint32_t>(rows) * grid.columns;
  grid.tokens = static_cast<std::uint32_t>(std::min(tokens, most_blocks));
  return grid;
}

std::uint32_t shared_bytes(const rope_spec& spec, std::size_t bytes) {
  return static_cast<std::uint32_t>(bytes * (spec.rotary_dim / 2) * (spec.angles.full_width != 0 ? 2 : 1));
}

}  // namespace rope::cuda
