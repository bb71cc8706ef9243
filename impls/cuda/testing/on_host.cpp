// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA plug-in without CUDA: its blocks, its grid and its function table on a device that is the host. What it
// shows on every machine is all of the plug-in but the compiler, the runtime and the order of threads.
#include "impls/cuda/accurate.hpp"
#include "impls/cuda/testing/host_launch.hpp"
#include "impls/cuda/variant.hpp"

namespace rope::cuda {

const Variant& variant() {
  static constexpr Variant accurate{"cuda-on-host",           "the blocks of the CUDA kernel, run on the host",
                                    Accurate::contracts,      Accurate::contract_count,
                                    Accurate::position_limit, Accurate::frequencies,
                                    run_on_the_host<Accurate>};
  return accurate;
}

}  // namespace rope::cuda
