// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which specs and calls the kernels take: what impls/kernel takes, on the device, up to the limits of a block.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "impls/cuda/launch.hpp"
#include "impls/device/memory_kinds.hpp"
#include "impls/kernel/acceptance.hpp"
#include "impls/kernel/call_acceptance.hpp"
#include "rope_impl.h"

namespace rope::cuda {

/// Empty where accepted, otherwise the reason. Both have been through kernel::read_spec and read_call. Without a limit
/// the spec is one that prepare accepted, whose lists of factors are no longer there to be read.
inline std::string reason_against(rope_spec spec, rope_call call, std::optional<std::int64_t> position_limit) {
  if (spec.rotary_dim / 2 > most_pairs) return "rotary_dim must not exceed 1024";
  if (call.positions.kind == ROPE_POSITIONS_AXES && call.positions.axes > most_axes) {
    return "positions must not have more than 256 axes";
  }
  if (std::string elsewhere = device::move_to_host(spec, call); !elsewhere.empty()) return elsewhere;
  if (position_limit) {
    if (const kernel::Refusal refusal = kernel::refuse_spec(spec, *position_limit)) return refusal.reason;
  }
  const kernel::Refusal refusal = kernel::refuse_call(spec, call);
  return refusal ? refusal.reason : "";
}

/// What only apply can see, but for what pointers to device memory lead to: nobody reads that before the kernel does,
/// which clamps positions and finds a sequence for every token, whatever the numbers are.
inline std::string missing_data(const rope_call& call) {
  const auto lacks = [](const rope_tensor& t) { return kernel::present(t) && !kernel::empty(t) && t.data == nullptr; };
  if (lacks(call.q_in) || lacks(call.q_out)) return "q_in and q_out must have data";
  if (lacks(call.k_in) || lacks(call.k_out)) return "k_in and k_out must have data where k is present";
  if (call.positions.kind != ROPE_POSITIONS_OFFSET && call.positions.data == nullptr) return "positions must have data";
  if (call.positions.kind == ROPE_POSITIONS_AXES && call.positions.pair_axis == nullptr) {
    return "pair_axis must have data with positions of several axes";
  }
  if (kernel::is_packed(call) && call.cu_seqlens == nullptr) {
    return "cu_seqlens must have data where cu_seqlens_count is not 0";
  }
  return "";
}

}  // namespace rope::cuda
