// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rotate.cl for one spec: the uploaded frequencies, and one enqueued kernel for each tensor of a call.
#pragma once

#include <vector>

#include "impls/opencl/device.hpp"
#include "impls/opencl/owned.hpp"
#include "rope_impl.h"

namespace rope::opencl {

class Rotation {
 public:
  Rotation(const Runtime& runtime, const rope_spec& spec, const std::vector<float>& inv_freq);

  struct Side {
    const rope_tensor& tensor;
    Place place;
  };

  /// Both have the same shape and dtype, with elements. The event tells how it ended.
  Event enqueue(cl_command_queue queue, const Side& in, const Side& out, const rope_positions& positions,
                const Place& positions_place, rope_direction direction);

 private:
  rope_spec spec_;
  Buffer inv_freq_;
  Kernel fp32_, fp16_, bf16_;
};

}  // namespace rope::opencl
