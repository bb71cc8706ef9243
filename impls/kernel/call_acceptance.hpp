// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which calls the bundled implementations take, but for what data pointers lead to: query and apply both answer from
// this list.
#pragma once

#include <cstdint>

#include "impls/kernel/abi.hpp"
#include "impls/kernel/packed.hpp"
#include "impls/kernel/refusal.hpp"
#include "rope_impl.h"

namespace rope::kernel {

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
  if (in.layout < ROPE_BSHD || in.layout > ROPE_THD || out.layout < ROPE_BSHD || out.layout > ROPE_THD) {
    return {ROPE_UNSUPPORTED, "only the layouts bshd, bhsd, sbhd and thd are implemented"};
  }
  if ((in.layout == ROPE_THD) != (out.layout == ROPE_THD)) {
    return {ROPE_INVALID_ARGUMENT, "an output must be packed (thd) where its input is"};
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

inline Refusal refuse_axes(const rope_positions& positions, std::int64_t pairs) {
  if (positions.axes == 0) {
    return {ROPE_INVALID_ARGUMENT, "positions of several axes must have at least one"};
  }
  for (std::int64_t pair = 0; positions.pair_axis != nullptr && pair < pairs; ++pair) {
    if (positions.pair_axis[pair] >= positions.axes) {
      return {ROPE_INVALID_ARGUMENT, "pair_axis must name an axis below `axes` for each pair"};
    }
  }
  return {};
}

inline Refusal refuse_positions(const rope_positions& positions, std::int64_t pairs) {
  switch (positions.kind) {
    case ROPE_POSITIONS_OFFSET:
      return {};
    case ROPE_POSITIONS_BATCH_OFFSET:
    case ROPE_POSITIONS_TOKEN:
    case ROPE_POSITIONS_AXES:
      break;
    default:
      return {ROPE_UNSUPPORTED,
              "positions must be an offset, an offset for each row, one for each token or one for each of its axes"};
  }
  if (positions.dtype != ROPE_I32 && positions.dtype != ROPE_I64) {
    return {ROPE_UNSUPPORTED, "positions must be int32 or int64"};
  }
  if (positions.memory != ROPE_HOST) {
    return {ROPE_UNSUPPORTED, "positions must lie in host memory"};
  }
  return positions.kind == ROPE_POSITIONS_AXES ? refuse_axes(positions, pairs) : Refusal{};
}

/// cu_seqlens and start_positions, as far as query sees them; their numbers are for refuse_boundaries().
inline Refusal refuse_packing(const rope_call& call) {
  if (call.q_in.layout == ROPE_THD && call.q_in.shape[0] > 1) {
    return {ROPE_INVALID_ARGUMENT, "packed tensors (thd) must have a batch of 1"};
  }
  if (call.cu_seqlens_count < 0 || (call.cu_seqlens != nullptr && call.cu_seqlens_count == 0)) {
    return {ROPE_INVALID_ARGUMENT, "cu_seqlens_count must be the number of sequences plus 1"};
  }
  if (call.cu_seqlens_count == 1 && call.q_in.shape[1] > 0) {
    return {ROPE_INVALID_ARGUMENT, "cu_seqlens must end with the number of tokens: one number is no sequence"};
  }
  if (!is_packed(call)) {
    return call.start_positions != nullptr || call.has_start_positions != 0
               ? Refusal{ROPE_INVALID_ARGUMENT, "start_positions must come with cu_seqlens"}
               : Refusal{};
  }
  if (call.q_in.layout != ROPE_THD) {
    return {ROPE_INVALID_ARGUMENT, "cu_seqlens must come with packed tensors (thd)"};
  }
  if (call.positions.kind != ROPE_POSITIONS_OFFSET) {
    return {ROPE_INVALID_ARGUMENT, "with cu_seqlens, positions must be of kind offset"};
  }
  return {};
}

inline Refusal refuse_k(const rope_call& call, std::uint32_t head_dim) {
  const rope_tensor &q = call.q_in, &k = call.k_in;
  if (const Refusal refusal = refuse_tensors(k, call.k_out, head_dim)) {
    return refusal;
  }
  if (k.dtype != q.dtype) {
    return {ROPE_UNSUPPORTED, "q and k must have one dtype"};
  }
  if (k.shape[0] != q.shape[0] || k.shape[1] != q.shape[1]) {
    return {ROPE_INVALID_ARGUMENT, "q and k must have the same batch and sequence length"};
  }
  if ((k.layout == ROPE_THD) != (q.layout == ROPE_THD)) {
    return {ROPE_INVALID_ARGUMENT, "q and k must both be packed (thd) or neither"};
  }
  return {};
}

/// `call` has been through read_call().
inline Refusal refuse_call(const rope_spec& spec, const rope_call& call) {
  if (call.direction != ROPE_FORWARD && call.direction != ROPE_BACKWARD) {
    return {ROPE_UNSUPPORTED, "only the directions forward and backward are implemented"};
  }
  if (const Refusal refusal = refuse_tensors(call.q_in, call.q_out, spec.head_dim)) {
    return refusal;
  }
  if (present(call.k_in) != present(call.k_out)) {
    return {ROPE_INVALID_ARGUMENT, "k_in and k_out must both be present or both be absent"};
  }
  if (present(call.k_in)) {
    if (const Refusal refusal = refuse_k(call, spec.head_dim)) {
      return refusal;
    }
  }
  if (const Refusal refusal = refuse_positions(call.positions, spec.rotary_dim / 2)) {
    return refusal;
  }
  return refuse_packing(call);
}

}  // namespace rope::kernel
