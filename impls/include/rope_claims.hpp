// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// rope_claims.hpp - a request of rope_impl.h against what a plug-in's describe lists: NULL where it is inside,
// otherwise the reason in one sentence. rope_impl.hpp asks this before it asks the plug-in's own refuse().
#ifndef ROPE_CLAIMS_HPP
#define ROPE_CLAIMS_HPP

#include <algorithm>
#include <cstdint>

#include "rope_impl.h"

namespace rope_plugin {

/// The mask of these dtypes, layouts, ...: bits(ROPE_F32, ROPE_BF16).
template <class... Number>
constexpr std::uint64_t bits(Number... number) {
  return ((UINT64_C(1) << number) | ... | UINT64_C(0));
}
constexpr bool has(std::uint64_t mask, std::uint32_t number) {
  return number < 64 && ((mask >> number) & 1) != 0;
}

/// Whether the rows of a supplied matrix follow each other without a gap.
inline bool contiguous(const rope_matrix& m) {
  return m.rows < 2 || m.row_stride == m.columns;
}

inline bool empty(const rope_tensor& t) {
  return std::count(t.shape, t.shape + 4, 0) != 0;
}

/// Whether the strides are those of a tensor without gaps in its layout; of an axis of length 1 they do not matter.
inline bool dense(const rope_tensor& t) {
  const bool heads_first = t.layout == ROPE_BHSD, sequence_first = t.layout == ROPE_SBHD;
  const int order[4] = {3, heads_first ? 1 : 2, heads_first ? 2 : sequence_first ? 0 : 1, sequence_first ? 1 : 0};
  std::int64_t stride = 1;
  for (const int axis : order) {
    if (t.shape[axis] > 1 && t.strides[axis] != stride) return empty(t);
    stride *= t.shape[axis];
  }
  return true;
}

/// Whether the elements of every head lie side by side, however far apart the heads and tokens are.
inline bool dense_heads(const rope_call& call) {
  const auto is_dense = [](const rope_tensor& t) { return t.shape[3] < 2 || t.strides[3] == 1; };
  return is_dense(call.q_in) && is_dense(call.q_out) && is_dense(call.k_in) && is_dense(call.k_out);
}

/// Whether a call's positions for each token lie side by side, and those of its rows `row_stride` apart.
inline bool dense_positions(const rope_call& call, std::int64_t row_stride) {
  const rope_positions& p = call.positions;
  return (call.q_in.shape[0] < 2 || p.batch_stride == row_stride) && (call.q_in.shape[1] < 2 || p.token_stride == 1);
}

inline const char* outside(const rope_impl_info& info, const rope_spec& spec) {
  const rope_angle_source& angles = spec.angles;
  const bool parametric = angles.source == ROPE_SOURCE_PARAMETRIC, tables = angles.source == ROPE_SOURCE_TABLES;
  if (spec.rotary_dim == 0 || spec.rotary_dim % 2 != 0) return "rotary_dim must be even and at least 2";
  if (std::uint64_t{spec.dim_offset} + spec.rotary_dim > spec.head_dim) return "rotary_dim is more than the head has";
  if (!(info.flags & ROPE_FLAG_PARTIAL) && spec.rotary_dim < spec.head_dim) return "the whole head must rotate";
  if (!has(info.pairings, spec.pairing_in)) return "describe does not list this pairing";
  if (!(info.flags & ROPE_FLAG_PAIRING_CHANGE) && spec.pairing_out != spec.pairing_in)
    return "pairing_out must be pairing_in";
  if (!(info.flags & ROPE_FLAG_QUERY_SCALE) && spec.query_scale != 1) return "query_scale must be 1";
  if (!has(info.sources, angles.source)) return "describe does not list this angle source";
  if (parametric) return has(info.families, angles.parametric.family) ? nullptr : "describe does not list this family";
  const std::int64_t joined = tables && angles.second.dtype == 0 ? 2 : 1, full = angles.full_width ? 2 : 1;
  if (angles.first.columns != joined * full * (spec.rotary_dim / 2)) return "supplied angles of another width";
  if (tables && spec.attention_factor != 1) return "tables hold the attention factor, so that it must be 1";
  return nullptr;
}

inline const char* outside(const rope_impl_info& info, const rope_spec& spec, const rope_call& call,
                           const rope_tensor& in, const rope_tensor& out) {
  const rope_memory memory = info.flags & ROPE_FLAG_DEVICE_MEMORY ? ROPE_DEVICE : ROPE_HOST;
  if (!has(info.dtypes, in.dtype)) return "describe does not list this dtype";
  if (out.dtype != in.dtype || in.dtype != call.q_in.dtype) return "all tensors must have one dtype";
  if (in.memory != memory || out.memory != memory) return "tensors in the wrong kind of memory";
  if (!has(info.layouts, in.layout) || out.layout != in.layout) return "describe does not list this layout";
  if (std::any_of(in.shape, in.shape + 4, [](std::int64_t n) { return n < 0; })) return "a negative shape";
  if (in.layout == ROPE_THD && in.shape[0] > 1) return "thd tensors have batch 1";
  if (!std::equal(in.shape, in.shape + 4, out.shape)) return "an output must have its input's shape";
  if (in.shape[3] != spec.head_dim) return "the last axis must have head_dim elements";
  if (!std::equal(in.shape, in.shape + 2, call.q_in.shape)) return "q and k must have one batch and sequence length";
  if (!(info.flags & ROPE_FLAG_STRIDED) && !(dense(in) && dense(out))) return "tensors must be dense";
  return nullptr;
}

inline const char* outside(const rope_impl_info& info, const rope_spec& spec, const rope_call& call) {
  const rope_positions& p = call.positions;
  const bool with_k = call.k_in.dtype != 0, packed = call.cu_seqlens_count > 0, thd = call.q_in.layout == ROPE_THD;
  const char* reason = outside(info, spec);
  if (!reason) reason = outside(info, spec, call, call.q_in, call.q_out);
  if (!reason && with_k) reason = outside(info, spec, call, call.k_in, call.k_out);
  if (reason) return reason;
  if (!with_k && (call.k_out.dtype != 0 || !(info.flags & ROPE_FLAG_Q_ALONE))) return "k must be there";
  if (!has(info.directions, call.direction)) return "describe does not list this direction";
  if (call.in_place && !(info.flags & (ROPE_FLAG_IN_PLACE | ROPE_FLAG_IN_PLACE_ONLY)))
    return "outputs must not be the inputs";
  if (!has(info.position_kinds, p.kind)) return "describe does not list this kind of positions";
  if (packed ? !thd || p.kind != ROPE_POSITIONS_OFFSET : thd && p.kind != ROPE_POSITIONS_TOKEN)
    return "thd goes with cu_seqlens and an offset, or with a position for each token";
  if (p.kind == ROPE_POSITIONS_OFFSET) return nullptr;
  if (!has(info.position_dtypes, p.dtype)) return "describe does not list this dtype of positions";
  return p.memory != call.q_in.memory ? "positions must lie where the tensors do" : nullptr;
}

/// What only apply can see: data, and whether it is in place.
inline const char* outside(const rope_impl_info& info, const rope_tensor& in, const rope_tensor& out) {
  if (in.dtype == 0 || empty(in)) return nullptr;
  if (!in.data || !out.data) return "a tensor has no data";
  if (in.data != out.data) return info.flags & ROPE_FLAG_IN_PLACE_ONLY ? "outputs must be the inputs" : nullptr;
  if (!(info.flags & (ROPE_FLAG_IN_PLACE | ROPE_FLAG_IN_PLACE_ONLY))) return "outputs must not be the inputs";
  return std::equal(in.strides, in.strides + 4, out.strides) ? nullptr : "in place, strides must be equal";
}

}  // namespace rope_plugin

#endif  // ROPE_CLAIMS_HPP
