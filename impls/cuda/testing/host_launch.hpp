// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A grid of blocks under a host compiler: between two barriers every thread of a block runs before the next one does.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "impls/cuda/block.hpp"
#include "impls/cuda/launch.hpp"

namespace rope::cuda {

template <class Arithmetic, class Element, int kWidth>
void run_grid(const Launch& launch, const Grid& grid) {
  using OwnBlock = Block<Arithmetic, Element, kWidth>;
  using CosSin = typename OwnBlock::CosSin;
  std::vector<CosSin> shared(shared_bytes(launch.spec, sizeof(CosSin)) / sizeof(CosSin));
  std::vector<typename OwnBlock::Loaded> registers(grid.threads);
  for (std::uint32_t y = 0; y < grid.heads; ++y) {
    for (std::uint32_t x = 0; x < grid.tokens; ++x) {
      OwnBlock block(launch, shared.data(), grid.threads, y * grid.heads_per_block);
      for (std::int64_t token = x; token < block.tokens(); token += grid.tokens) {
        block.move_to(token);
        for (std::uint32_t t = 0; t < grid.threads; ++t) block.make_turns(t);
        for (std::int64_t head = block.first_head(); head < block.end_head(); head += block.rows()) {
          // As far as threads are apart from each other: all of them load before one stores, or each does both.
          for (std::uint32_t t = 0; t < grid.threads; ++t) {
            if (!block.has_part(t, head)) continue;
            registers[t] = block.load(t, head);
            if (!block.must_wait()) block.store(t, head, registers[t]);
          }
          for (std::uint32_t t = 0; block.must_wait() && t < grid.threads; ++t) {
            if (block.has_part(t, head)) block.store(t, head, registers[t]);
          }
        }
        for (std::uint32_t t = 0; t < grid.threads; ++t) block.copy_the_rest(t);
      }
    }
  }
}

template <class Arithmetic, class Element, int kWide>
void run_grid_of(const Launch& launch, const Grid& grid) {
  if (pairs_per_thread(launch.spec, launch.call) == 1) {
    run_grid<Arithmetic, Element, 1>(launch, grid);
  } else {
    run_grid<Arithmetic, Element, kWide>(launch, grid);
  }
}

/// As launch() of rotate.cuh. Done when it returns, whatever the stream.
template <class Arithmetic>
std::string run_on_the_host(const Launch& launch, const Grid& grid, void*) {
  switch (launch.call.q_in.dtype) {
    case ROPE_F32:
      run_grid_of<Arithmetic, kernel::Fp32, 4>(launch, grid);
      break;
    case ROPE_F16:
      run_grid_of<Arithmetic, kernel::Fp16, 8>(launch, grid);
      break;
    default:
      run_grid_of<Arithmetic, kernel::Bf16, 8>(launch, grid);
  }
  return "";
}

}  // namespace rope::cuda
