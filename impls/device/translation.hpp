// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A spec or a call on device addresses made one on the real bytes behind them, which a kernel for host memory can
// serve. Whatever does not lie in memory that was allocated on the device is named and refused.
#pragma once

#include <string>

#include "impls/device/footprint.hpp"
#include "impls/device/hidden_bytes.hpp"
#include "impls/device/memory_kinds.hpp"
#include "impls/kernel/abi.hpp"
#include "rope_impl.h"

namespace rope::device {

class Translation {
 public:
  explicit Translation(HiddenMemory& memory) : memory_(memory) {}

  /// What was wrong, in a sentence; empty where nothing was.
  const std::string& wrong() const { return wrong_; }

  rope_spec operator()(const rope_spec& given) {
    rope_spec spec = kernel::read_spec(given);
    matrix("angles.first", spec.angles.first);
    matrix("angles.second", spec.angles.second);
    return spec;
  }

  rope_call operator()(const rope_call& given) {
    rope_call call = kernel::read_call(given);
    tensor("q_in", call.q_in);
    tensor("q_out", call.q_out);
    tensor("k_in", call.k_in);
    tensor("k_out", call.k_out);
    if (call.positions.kind != ROPE_POSITIONS_OFFSET) {
      rope_positions& positions = call.positions;
      pointer("positions", positions.memory, positions.data,
              footprint(positions, call.q_in.shape[0], call.q_in.shape[1]));
      positions.memory = ROPE_HOST;
    }
    if (call.cu_seqlens != nullptr) {
      pointer("cu_seqlens", ROPE_DEVICE, call.cu_seqlens, Footprint(4).along(call.cu_seqlens_count, 1));
    }
    if (call.start_positions != nullptr) {
      pointer("start_positions", ROPE_DEVICE, call.start_positions, Footprint(8).along(call.cu_seqlens_count - 1, 1));
    }
    if (call.workspace != nullptr) {
      const auto bytes = static_cast<std::int64_t>(call.workspace_size);
      pointer("workspace", ROPE_DEVICE, call.workspace, Footprint(1).along(bytes, 1));
    }
    return call;
  }

 private:
  template <class Pointer>
  void pointer(const char* name, rope_memory memory, Pointer& address, const Footprint& reached) {
    if (reached.empty()) {
      address = nullptr;
      return;
    }
    std::byte* const real = reached.sensible() && memory == ROPE_DEVICE ? find(address, reached) : nullptr;
    if (real == nullptr && wrong_.empty()) {
      wrong_ = std::string(name) + " does not lie in device memory that was allocated here";
    }
    address = real;
  }

  std::byte* find(const void* address, const Footprint& reached) {
    // As numbers: what a caller gives need not be near anything.
    const auto first = reinterpret_cast<std::uintptr_t>(address) + static_cast<std::uintptr_t>(reached.first_byte());
    const auto found = memory_.find(reinterpret_cast<const void*>(first), reached.bytes());
    if (!found) return nullptr;
    return found->block->data() + static_cast<std::ptrdiff_t>(found->offset) - reached.first_byte();
  }

  void tensor(const char* name, rope_tensor& tensor) {
    if (!kernel::present(tensor)) return;
    pointer(name, tensor.memory, tensor.data, footprint(tensor));
    tensor.memory = ROPE_HOST;
  }

  void matrix(const char* name, rope_matrix& matrix) {
    if (matrix.dtype == 0) return;
    pointer(name, matrix.memory, matrix.data, footprint(matrix));
    matrix.memory = ROPE_HOST;
  }

  HiddenMemory& memory_;
  std::string wrong_;
};

}  // namespace rope::device
