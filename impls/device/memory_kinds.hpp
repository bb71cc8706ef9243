// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A spec and a call that say device memory made ones that say host memory, so that code for the host can judge them.
// Data pointers stay what they are. Both have been through kernel::read_spec and read_call.
#pragma once

#include <string>

#include "impls/kernel/abi.hpp"
#include "rope_impl.h"

namespace rope::device {

/// Empty where all is on the device, otherwise what is not.
inline std::string move_to_host(rope_spec& spec, rope_call& call) {
  for (rope_tensor* tensor : {&call.q_in, &call.q_out, &call.k_in, &call.k_out}) {
    if (!kernel::present(*tensor)) continue;
    if (tensor->memory != ROPE_DEVICE) return "tensors must lie in device memory";
    tensor->memory = ROPE_HOST;
  }
  if (call.positions.kind != ROPE_POSITIONS_OFFSET) {
    if (call.positions.memory != ROPE_DEVICE) return "positions must lie in device memory";
    call.positions.memory = ROPE_HOST;
  }
  for (rope_matrix* matrix : {&spec.angles.first, &spec.angles.second}) {
    if (matrix->dtype == 0) continue;
    if (matrix->memory != ROPE_DEVICE) return "supplied frequencies, angles and tables must lie in device memory";
    matrix->memory = ROPE_HOST;
  }
  return {};
}

}  // namespace rope::device
