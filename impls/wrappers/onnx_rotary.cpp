// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// The plug-in around onnx_rotary_op.hpp, to copy for a kernel in the shape of ONNX's RotaryEmbedding-23.
#include <stdexcept>

#include "onnx_rotary_op.hpp"
#include "rope_impl.hpp"

namespace {

using namespace onnx_rotary;
using namespace rope_plugin;

struct OnnxRotary {
  static rope_impl_info info() {
    auto info = named("onnx-rotary", "0.1.0", "an example in the shape of ONNX's RotaryEmbedding-23");
    info.dtypes = bits(ROPE_F32, ROPE_F16, ROPE_BF16);
    info.pairings = bits(ROPE_HALF_SPLIT, ROPE_INTERLEAVED);
    info.directions = bits(ROPE_FORWARD);
    info.sources = bits(ROPE_SOURCE_TABLES);
    info.layouts = bits(ROPE_BHSD, ROPE_BSHD);
    info.position_kinds = bits(ROPE_POSITIONS_TOKEN, ROPE_POSITIONS_OFFSET);
    info.position_dtypes = bits(ROPE_I64);
    info.flags = ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE;
    info.out_of_range = ROPE_OUT_OF_RANGE_ERROR;
    return info;
  }

  static const char* refuse(const rope_spec& spec, const rope_call& call) {
    const rope_matrix &cos = spec.angles.first, &sin = spec.angles.second;
    if (sin.dtype == 0 || spec.angles.full_width) return "the caches are two, cos and sin, of half width";
    if (cos.dtype != call.q_in.dtype || sin.dtype != cos.dtype) return "the caches must have the tensors' dtype";
    if (!contiguous(cos) || !contiguous(sin)) return "the caches must have no gaps between their rows";
    const bool by_ids = call.positions.kind == ROPE_POSITIONS_TOKEN;
    if (!by_ids && call.q_in.shape[0] > 1) return "without position_ids only one row is offered here";
    if (by_ids && !dense_positions(call, call.q_in.shape[1])) return "position_ids must be dense, [batch, sequence]";
    return spec.dim_offset != 0 ? "the elements that rotate must come first in the head" : nullptr;
  }

  explicit OnnxRotary(const rope_spec& given) : spec(given) {}

  void apply(const rope_call& call) const {
    const bool by_ids = call.positions.kind == ROPE_POSITIONS_TOKEN;
    const rope_matrix& cos = spec.angles.first;
    const std::int64_t first = by_ids ? 0 : call.positions.offset;  // without ids the caches begin at the first token
    if (first < 0 || (!by_ids && first > cos.rows - call.q_in.shape[1])) throw std::out_of_range("no row for a token");
    const auto from = [&](const rope_matrix& m) {
      return static_cast<const char*>(m.data) + first * m.columns * (m.dtype == ROPE_F32 ? 4 : 2);
    };
    const auto* ids = by_ids ? static_cast<const std::int64_t*>(call.positions.data) : nullptr;
    for_q_and_k(call, [&](const rope_tensor& in, const rope_tensor& out) {
      const std::int64_t b = in.shape[0], s = in.shape[1], h = in.shape[2], d = in.shape[3];
      const Shape shape = in.layout == ROPE_BHSD ? Shape{4, {b, h, s, d}} : Shape{3, {b, s, h * d, 1}};
      const Element type = in.dtype == ROPE_F32 ? Element::f32 : in.dtype == ROPE_F16 ? Element::f16 : Element::bf16;
      rotary_embedding({spec.pairing_in == ROPE_INTERLEAVED, h, spec.rotary_dim}, type, shape, in.data,
                       {from(cos), from(spec.angles.second), cos.rows, ids}, out.data);
    });
  }

  rope_spec spec;
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t version) {
  return rope_plugin::entry<OnnxRotary>(version);
}
