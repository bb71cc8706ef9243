// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the bundled implementations do and do not do: one list, from which query, prepare and apply all answer.
#pragma once

#include <cmath>
#include <cstdint>

#include "impls/kernel/abi.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// NULL where accepted; otherwise the status and the reason in one sentence, a string literal.
struct Refusal {
  rope_status status = ROPE_OK;
  const char* reason = nullptr;
  explicit operator bool() const { return reason != nullptr; }
};

inline Refusal refuse_family(const rope_parametric& p, std::uint32_t rotary_dim) {
  if (p.family != ROPE_FAMILY_DEFAULT && p.family != ROPE_FAMILY_LLAMA3 && p.family != ROPE_FAMILY_DYNAMIC_NTK) {
    return {ROPE_UNSUPPORTED, "only the frequency families default, llama3 and dynamic NTK are implemented"};
  }
  if (!(p.base > 0) || !std::isfinite(p.base)) {
    return {ROPE_INVALID_ARGUMENT, "base must be a positive finite number"};
  }
  if (p.family == ROPE_FAMILY_LLAMA3) {
    if (!(p.factor > 0) || !std::isfinite(p.factor)) {
      return {ROPE_INVALID_ARGUMENT, "llama3: factor must be a positive finite number"};
    }
    if (!(p.low_freq_factor > 0) || !(p.high_freq_factor > p.low_freq_factor) || !std::isfinite(p.high_freq_factor)) {
      return {ROPE_INVALID_ARGUMENT, "llama3: 0 < low_freq_factor < high_freq_factor is required"};
    }
    if (p.original_max_position <= 0) {
      return {ROPE_INVALID_ARGUMENT, "llama3: original_max_position must be positive"};
    }
  }
  if (p.family == ROPE_FAMILY_DYNAMIC_NTK) {
    if (!(p.factor >= 1) || !std::isfinite(p.factor)) {
      return {ROPE_INVALID_ARGUMENT, "dynamic NTK: factor must be a finite number of at least 1"};
    }
    if (p.original_max_position <= 0 || p.sequence_length <= 0) {
      return {ROPE_INVALID_ARGUMENT, "dynamic NTK: original_max_position and sequence_length must be positive"};
    }
    if (rotary_dim < 4) {
      return {ROPE_INVALID_ARGUMENT, "dynamic NTK: rotary_dim must be at least 4"};
    }
  }
  return {};
}

inline Refusal refuse_spec(const rope_spec& spec, std::int64_t position_limit) {
  if (spec.rotary_dim == 0 || spec.rotary_dim % 2 != 0) {
    return {ROPE_INVALID_ARGUMENT, "rotary_dim must be even and at least 2"};
  }
  if (spec.dim_offset > spec.head_dim || spec.rotary_dim > spec.head_dim - spec.dim_offset) {
    return {ROPE_INVALID_ARGUMENT, "dim_offset + rotary_dim must not exceed head_dim"};
  }
  if (spec.pairing_in != ROPE_HALF_SPLIT && spec.pairing_in != ROPE_INTERLEAVED) {
    return {ROPE_UNSUPPORTED, "only the half-split and interleaved pairings are implemented"};
  }
  if (spec.pairing_out != spec.pairing_in) {
    return {ROPE_UNSUPPORTED, "pairing_out must equal pairing_in: elements stay where they are"};
  }
  if (!std::isfinite(spec.attention_factor) || spec.attention_factor == 0) {
    return {ROPE_INVALID_ARGUMENT, "attention_factor must be finite and not 0"};
  }
  if (spec.query_scale != 1) {
    return {ROPE_UNSUPPORTED, "query_scale must be 1"};
  }
  if (spec.max_position <= 0) {
    return {ROPE_INVALID_ARGUMENT, "max_position must be positive"};
  }
  if (spec.max_position > position_limit) {
    return {ROPE_UNSUPPORTED,
            position_limit == std::int64_t{1} << 24
                ? "max_position must not exceed 2^24: positions are converted to binary32, exactly up to there"
                : "max_position must not exceed 2^53: positions are converted to binary64, exactly up to there"};
  }
  if (spec.angles.source != ROPE_SOURCE_PARAMETRIC) {
    return {ROPE_UNSUPPORTED, "only a parametric angle source is implemented: frequencies are made here"};
  }
  return refuse_family(read(spec.angles.parametric), spec.rotary_dim);
}

/// One of the pairs (q_in, q_out) and (k_in, k_out).
inline Refusal refuse_tensors(const rope_tensor& in, const rope_tensor& out, std::uint32_t head_dim) {
  if (in.dtype != ROPE_F32 && in.dtype != ROPE_F16 && in.dtype != ROPE_BF16) {
    return {ROPE_UNSUPPORTED, "only fp32, fp16 and bf16 tensors are implemented"};
  }
  if (out.dtype != in.dtype) {
    return {ROPE_UNSUPPORTED, "an output must have its input's dtype"};
  }
  if (in.memory != ROPE_HOST || out.memory != ROPE_HOST) {
    return {ROPE_UNSUPPORTED, "tensors must lie in host memory"};
  }
  if (in.layout == ROPE_THD || out.layout == ROPE_THD) {
    return {ROPE_UNSUPPORTED, "the packed layout thd is not among the layouts here"};
  }
  for (const std::int64_t n : in.shape) {
    if (n < 0) {
      return {ROPE_INVALID_ARGUMENT, "a shape must not be negative"};
    }
  }
  if (in.shape[3] != static_cast<std::int64_t>(head_dim)) {
    return {ROPE_INVALID_ARGUMENT, "the last axis of a tensor must have head_dim elements"};
  }
  if (!same_shape(in, out)) {
    return {ROPE_INVALID_ARGUMENT, "an output must have its input's shape"};
  }
  for (int axis = 0; axis < 4; ++axis) {
    if (!empty(out) && out.shape[axis] > 1 && out.strides[axis] <= 0) {
      return {ROPE_INVALID_ARGUMENT, "strides of outputs must be positive"};
    }
  }
  return {};
}

inline Refusal refuse_positions(const rope_positions& positions) {
  switch (positions.kind) {
    case ROPE_POSITIONS_OFFSET:
      return {};
    case ROPE_POSITIONS_BATCH_OFFSET:
    case ROPE_POSITIONS_TOKEN:
      break;
    default:
      return {ROPE_UNSUPPORTED, "positions must be an offset, an offset for each row, or one for each token"};
  }
  if (positions.dtype != ROPE_I32 && positions.dtype != ROPE_I64) {
    return {ROPE_UNSUPPORTED, "positions must be int32 or int64"};
  }
  if (positions.memory != ROPE_HOST) {
    return {ROPE_UNSUPPORTED, "positions must lie in host memory"};
  }
  return {};
}

/// Everything about a call but its data pointers. `call` has been through read().
inline Refusal refuse_call(const rope_spec& spec, const rope_call& call) {
  if (call.direction != ROPE_FORWARD && call.direction != ROPE_BACKWARD) {
    return {ROPE_UNSUPPORTED, "only the directions forward and backward are implemented"};
  }
  const rope_tensor q_in = read(call.q_in), q_out = read(call.q_out);
  if (const Refusal refusal = refuse_tensors(q_in, q_out, spec.head_dim)) {
    return refusal;
  }
  const rope_tensor k_in = read(call.k_in), k_out = read(call.k_out);
  if (present(k_in) != present(k_out)) {
    return {ROPE_INVALID_ARGUMENT, "k_in and k_out must both be present or both be absent"};
  }
  if (present(k_in)) {
    if (const Refusal refusal = refuse_tensors(k_in, k_out, spec.head_dim)) {
      return refusal;
    }
    if (k_in.dtype != q_in.dtype) {
      return {ROPE_UNSUPPORTED, "q and k must have one dtype"};
    }
    if (k_in.shape[0] != q_in.shape[0] || k_in.shape[1] != q_in.shape[1]) {
      return {ROPE_INVALID_ARGUMENT, "q and k must have the same batch and sequence length"};
    }
  }
  if (call.cu_seqlens != nullptr || call.start_positions != nullptr) {
    return {ROPE_UNSUPPORTED, "cu_seqlens and start_positions must be NULL: sequences are not packed here"};
  }
  return refuse_positions(read(call.positions));
}

}  // namespace rope::kernel
