// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// The plug-in around flash_rotary_op.hpp, to copy for a kernel in the shape of flash-attention's apply_rotary.
#include <vector>

#include "flash_rotary_op.hpp"
#include "rope_impl.hpp"

namespace {

using flash_rotary::Element;
using namespace rope_plugin;

struct FlashRotary {
  static rope_impl_info info() {
    auto info = named("flash-rotary", "0.1.0", "an example in the shape of flash-attention's apply_rotary");
    info.dtypes = bits(ROPE_F32, ROPE_F16, ROPE_BF16);
    info.pairings = bits(ROPE_HALF_SPLIT, ROPE_INTERLEAVED);
    info.directions = bits(ROPE_FORWARD, ROPE_BACKWARD);
    info.sources = bits(ROPE_SOURCE_TABLES);
    info.layouts = bits(ROPE_BSHD, ROPE_THD);
    info.position_kinds = bits(ROPE_POSITIONS_OFFSET, ROPE_POSITIONS_BATCH_OFFSET);
    info.position_dtypes = bits(ROPE_I32, ROPE_I64);
    info.flags = ROPE_FLAG_IN_PLACE | ROPE_FLAG_STRIDED | ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE;
    info.out_of_range = ROPE_OUT_OF_RANGE_IDENTITY;
    return info;
  }

  static const char* refuse(const rope_spec& spec, const rope_call& call) {
    const rope_matrix &cos = spec.angles.first, &sin = spec.angles.second;
    if (sin.dtype == 0 || spec.angles.full_width) return "cos and sin must be two tables of half width";
    if (cos.dtype != ROPE_F32 && cos.dtype != call.q_in.dtype) return "tables must be fp32 or of the tensors' dtype";
    if (sin.dtype != cos.dtype || !contiguous(cos) || !contiguous(sin)) return "tables must be alike, without gaps";
    return spec.dim_offset != 0 ? "the elements that rotate must come first in the head" : nullptr;
  }

  explicit FlashRotary(const rope_spec& given) : spec(given) {}

  void apply(const rope_call& call) const {
    const rope_positions& at = call.positions;
    const auto* given = static_cast<const std::int64_t*>(call.start_positions);
    std::vector<std::int64_t> starts;  // of packed sequences: the offset of all and that of each are one number here
    for (std::int64_t j = 0; given && j + 1 < call.cu_seqlens_count; ++j) starts.push_back(at.offset + given[j]);
    for_q_and_k(call, [&](const rope_tensor& in, const rope_tensor& out) {
      flash_rotary::Problem p{};
      p.type = element(in.dtype), p.table_type = element(spec.angles.first.dtype);
      p.batch = call.cu_seqlens ? call.cu_seqlens_count - 1 : in.shape[0];
      p.seqlen = in.shape[1], p.nheads = in.shape[2], p.headdim = in.shape[3];
      p.cos = spec.angles.first.data, p.sin = spec.angles.second.data;
      p.seqlen_ro = spec.angles.first.rows, p.rotary_dim = spec.rotary_dim, p.seqlen_offset = at.offset;
      if (at.kind == ROPE_POSITIONS_BATCH_OFFSET) p.seqlen_offsets = at.data, p.int64_offsets = at.dtype == ROPE_I64;
      if (given) p.seqlen_offsets = starts.data(), p.int64_offsets = true;
      p.cu_seqlens = static_cast<const std::int32_t*>(call.cu_seqlens);
      p.interleaved = spec.pairing_in == ROPE_INTERLEAVED, p.conjugate = call.direction == ROPE_BACKWARD;
      const std::int64_t *sx = in.strides, *sy = out.strides;
      apply_rotary(p, {in.data, sx[0], sx[1], sx[2], sx[3]}, {out.data, sy[0], sy[1], sy[2], sy[3]});
    });
  }

  static Element element(rope_dtype t) {
    return t == ROPE_F32 ? Element::f32 : t == ROPE_F16 ? Element::f16 : Element::bf16;
  }

  rope_spec spec;
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t version) {
  return rope_plugin::entry<FlashRotary>(version);
}
