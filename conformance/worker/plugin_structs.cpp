// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wire structs to structs of rope_impl.h.
#include <algorithm>

#include "conformance/worker/plugin.hpp"

namespace rope::conformance::worker {

rope_matrix Plugin::matrix(const protocol::WireMatrix& wire) {
  rope_matrix matrix{};
  if (wire.dtype == 0) return matrix;
  matrix.struct_size = sizeof matrix;
  matrix.dtype = wire.dtype;
  matrix.memory = device_memory() ? ROPE_DEVICE : ROPE_HOST;
  matrix.data = address(wire.place);
  matrix.rows = wire.rows;
  matrix.columns = wire.columns;
  matrix.row_stride = wire.row_stride;
  return matrix;
}

// What it points at is `wire`'s.
rope_spec Plugin::wire_spec(const protocol::WireSpec& wire) {
  rope_spec spec{};
  spec.struct_size = sizeof spec;
  spec.head_dim = wire.head_dim;
  spec.rotary_dim = wire.rotary_dim;
  spec.dim_offset = wire.dim_offset;
  spec.pairing_in = wire.pairing_in;
  spec.pairing_out = wire.pairing_out;
  spec.attention_factor = wire.attention_factor;
  spec.query_scale = wire.query_scale;
  spec.max_position = wire.max_position;
  spec.angles.struct_size = sizeof spec.angles;
  spec.angles.source = wire.source;
  if (wire.source != ROPE_SOURCE_PARAMETRIC) {
    spec.angles.first = matrix(wire.first);
    spec.angles.second = matrix(wire.second);
    spec.angles.full_width = wire.full_width ? 1 : 0;
    return spec;
  }
  rope_parametric& parametric = spec.angles.parametric;
  parametric.struct_size = sizeof parametric;
  parametric.family = wire.family;
  parametric.base = wire.base;
  parametric.factor = wire.factor;
  parametric.low_freq_factor = wire.low_freq_factor;
  parametric.high_freq_factor = wire.high_freq_factor;
  parametric.beta_fast = wire.beta_fast;
  parametric.beta_slow = wire.beta_slow;
  parametric.proportion = wire.proportion;
  parametric.correction_not_truncated = wire.correction_not_truncated ? 1 : 0;
  if (wire.family == ROPE_FAMILY_LONGROPE) {
    parametric.short_factor = wire.short_factor.data();
    parametric.long_factor = wire.long_factor.data();
  }
  parametric.original_max_position = wire.original_max_position;
  parametric.sequence_length = wire.sequence_length;
  return spec;
}

rope_tensor Plugin::tensor(const protocol::WireTensor& wire) {
  rope_tensor tensor{};
  tensor.struct_size = sizeof tensor;
  tensor.dtype = wire.dtype;
  tensor.memory = device_memory() ? ROPE_DEVICE : ROPE_HOST;
  tensor.layout = wire.layout;
  tensor.data = address(wire.place);
  std::copy(wire.shape.begin(), wire.shape.end(), tensor.shape);
  std::copy(wire.strides.begin(), wire.strides.end(), tensor.strides);
  return tensor;
}

rope_call Plugin::wire_call(const protocol::WireCall& wire) {
  rope_call call{};
  call.struct_size = sizeof call;
  call.direction = wire.direction;
  call.q_in = tensor(wire.q_in);
  call.q_out = tensor(wire.q_out);
  if (wire.k_in) call.k_in = tensor(*wire.k_in);  // else all zero
  if (wire.k_out) call.k_out = tensor(*wire.k_out);
  call.positions.struct_size = sizeof call.positions;
  call.positions.kind = wire.positions.kind;
  if (wire.positions.kind == ROPE_POSITIONS_OFFSET) {
    call.positions.offset = wire.positions.offset;
  } else {
    call.positions.dtype = wire.positions.dtype;
    call.positions.memory = device_memory() ? ROPE_DEVICE : ROPE_HOST;
    call.positions.data = address(wire.positions.place);
    call.positions.batch_stride = wire.positions.batch_stride;
    call.positions.token_stride = wire.positions.token_stride;
  }
  if (wire.positions.kind == ROPE_POSITIONS_AXES) {
    call.positions.axis_stride = wire.positions.axis_stride;
    call.positions.pair_axis = wire.positions.pair_axis.data();  // lives as long as the request
    for (const std::uint32_t axis : wire.positions.pair_axis) {
      call.positions.axes = std::max(call.positions.axes, axis + 1);
    }
  }
  call.cu_seqlens_count = wire.cu_seqlens_count;
  call.cu_seqlens = address(wire.cu_seqlens);
  call.start_positions = address(wire.start_positions);
  call.has_start_positions = wire.has_start_positions ? 1 : 0;
  call.in_place = wire.in_place ? 1 : 0;
  call.stream = wire.own_stream ? stream_ : nullptr;
  call.workspace = address(wire.workspace);
  call.workspace_size = wire.workspace_bytes;
  return call;
}

}  // namespace rope::conformance::worker
