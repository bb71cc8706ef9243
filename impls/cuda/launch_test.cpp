// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Grids that hold every head of every token once, and 16-byte accesses only where they are aligned.
#include "impls/cuda/launch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "rope_impl.h"

namespace rope::cuda {
namespace {

rope_tensor tensor_of(rope_dtype dtype, std::int64_t b, std::int64_t s, std::int64_t h, std::int64_t d) {
  rope_tensor t{};
  t.struct_size = sizeof(t);
  t.dtype = dtype;
  t.memory = ROPE_DEVICE;
  t.layout = ROPE_BSHD;
  t.data = reinterpret_cast<void*>(std::uintptr_t{4096});
  const std::int64_t shape[] = {b, s, h, d}, strides[] = {s * h * d, h * d, d, 1};
  std::copy(shape, shape + 4, t.shape);
  std::copy(strides, strides + 4, t.strides);
  return t;
}

rope_call call_of(rope_dtype dtype, std::int64_t batch, std::int64_t tokens, std::int64_t q_heads, std::int64_t k_heads,
                  std::int64_t dim) {
  rope_call call{};
  call.struct_size = sizeof(call);
  call.q_in = call.q_out = tensor_of(dtype, batch, tokens, q_heads, dim);
  if (k_heads >= 0) call.k_in = call.k_out = tensor_of(dtype, batch, tokens, k_heads, dim);
  return call;
}

rope_spec spec_of(std::uint32_t head_dim, std::uint32_t rotary_dim, std::uint32_t offset) {
  rope_spec spec{};
  spec.head_dim = head_dim;
  spec.rotary_dim = rotary_dim;
  spec.dim_offset = offset;
  return spec;
}

TEST(Grid, HoldsEveryHeadOfEveryTokenOnce) {
  std::mt19937 generator(1);
  const auto up_to = [&](std::uint32_t most) { return 1 + static_cast<std::uint32_t>(generator()) % most; };
  for (int n = 0; n < 100'000; ++n) {
    const std::uint32_t rotary = 2 * up_to(up_to(4) == 1 ? most_pairs : 96), head = rotary + 8 * (up_to(3) - 1);
    const rope_dtype dtype = up_to(3);
    const std::int64_t tokens = up_to(up_to(2) == 1 ? 8 : 100000), q_heads = up_to(200);
    const std::int64_t k_heads = static_cast<std::int64_t>(up_to(40)) - 2;
    const rope_call call = call_of(dtype, up_to(3), tokens, q_heads, k_heads, head);
    const rope_spec spec = spec_of(head, rotary, 0);
    const std::uint32_t multiprocessors = up_to(150);
    const Grid grid = grid_of(spec, call, multiprocessors);
    const std::int64_t heads = q_heads + std::max<std::int64_t>(k_heads, 0), rows = call.q_in.shape[0] * tokens;
    ASSERT_EQ(grid.columns * pairs_per_thread(spec, call) * 2, rotary);
    ASSERT_LE(grid.threads, most_threads);
    ASSERT_GE(grid.threads, grid.columns);
    ASSERT_EQ(grid.threads % grid.columns, 0U);
    ASSERT_LE(grid.heads, 65535U);
    ASSERT_GE(std::int64_t{grid.heads} * grid.heads_per_block, heads);
    ASSERT_LT(std::int64_t{grid.heads - 1} * grid.heads_per_block, heads) << "a block without a head";
    ASSERT_GE(grid.tokens, 1U);
    ASSERT_LE(grid.tokens, rows);
    // A device has work for all of it, as far as there are heads.
    ASSERT_TRUE(std::int64_t{grid.heads} * grid.tokens >= multiprocessors || grid.heads * 2 > heads)
        << grid.heads << " " << grid.tokens;
  }
}

TEST(Grid, ManyHeadsAndManyTokensStayInsideCudasLimits) {
  const rope_spec spec = spec_of(2, 2, 0);
  const Grid heads = grid_of(spec, call_of(ROPE_F32, 1, 1, 10'000'000, 0, 2), 100'000);
  EXPECT_LE(heads.heads, 65535U);
  EXPECT_GE(std::int64_t{heads.heads} * heads.heads_per_block, 10'000'000);
  const Grid tokens = grid_of(spec, call_of(ROPE_F32, 1 << 10, 1 << 30, 1, 0, 2), 132);
  EXPECT_EQ(tokens.tokens, 0x7fffffffU);
}

TEST(Vectors, AreUsedWhereAllIsAligned) {
  const rope_spec spec = spec_of(64, 32, 16);
  for (const rope_dtype dtype : {ROPE_F32, ROPE_F16, ROPE_BF16}) {
    const rope_call call = call_of(dtype, 2, 5, 3, 1, 64);
    EXPECT_TRUE(vectors_fit(spec, call));
    EXPECT_EQ(pairs_per_thread(spec, call), dtype == ROPE_F32 ? 4U : 8U);
    EXPECT_FALSE(vectors_fit(spec_of(64, 32, 2), call)) << "the first element";
    EXPECT_FALSE(vectors_fit(spec_of(64, 36, 16), call)) << "the second elements";
    EXPECT_FALSE(vectors_fit(spec_of(66, 32, 16), call)) << "what does not rotate";
    for (rope_tensor rope_call::*const tensor :
         {&rope_call::q_in, &rope_call::q_out, &rope_call::k_in, &rope_call::k_out}) {
      rope_call changed = call;
      (changed.*tensor).data = static_cast<char*>((changed.*tensor).data) + 4;
      EXPECT_FALSE(vectors_fit(spec, changed));
      EXPECT_EQ(pairs_per_thread(spec, changed), 1U);
      for (int axis = 0; axis < 4; ++axis) {
        changed = call;
        (changed.*tensor).strides[axis] += 1;
        const bool of_one = (changed.*tensor).shape[axis] == 1;
        EXPECT_EQ(vectors_fit(spec, changed), of_one) << "the stride of an axis of length 1 is not used";
      }
    }
  }
}

TEST(SharedMemory, HoldsBothHalvesOfFullWidthTables) {
  rope_spec spec = spec_of(128, 128, 0);
  EXPECT_EQ(shared_bytes(spec, 16), 1024U);
  spec.angles.full_width = 1;
  EXPECT_EQ(shared_bytes(spec, 16), 2048U);
  spec.rotary_dim = 2 * most_pairs;
  EXPECT_LE(shared_bytes(spec, 16), 48U * 1024) << "what every kernel has without asking";
}

}  // namespace
}  // namespace rope::cuda
