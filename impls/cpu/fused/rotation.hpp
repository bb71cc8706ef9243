// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A call of the fused plug-in, cut into runs of tokens for threads.
#pragma once

#include <cstdint>

#include "impls/cpu/fused/kernels.hpp"
#include "impls/kernel/turn.hpp"
#include "rope_impl.h"

namespace rope::fused {

/// With what a call is done. No choice here changes a bit of the results.
struct Means {
  Isa isa = Isa::baseline;
  int threads = 1;                 ///< at most
  std::int64_t thread_bytes = 0;   ///< of outputs that are worth a thread of their own
  std::int64_t stream_bytes = -1;  ///< outputs of more bytes are written past the caches; negative: none are
};

/// What suits this machine: its best instruction set, and outputs larger than its last cache past that.
Means means_of_this_machine();

/// `call` has been accepted and its pointers are there. May throw std::bad_alloc; outputs are then in any state.
void rotate(const Means& means, const kernel::Model<double>& model, const rope_call& call);

}  // namespace rope::fused
