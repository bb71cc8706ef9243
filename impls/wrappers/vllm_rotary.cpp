// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// The plug-in around vllm_rotary_op.hpp, to copy for a kernel in the shape of vLLM's rotary_embedding.
#include "rope_impl.hpp"
#include "vllm_rotary_op.hpp"

namespace {

using namespace rope_plugin;
using vllm_rotary::Element;

struct VllmRotary {
  static rope_impl_info info() {
    auto info = named("vllm-rotary", "0.1.0", "an example in the shape of vLLM's rotary_embedding");
    info.dtypes = bits(ROPE_F32, ROPE_F16, ROPE_BF16);
    info.pairings = bits(ROPE_HALF_SPLIT, ROPE_INTERLEAVED);
    info.directions = bits(ROPE_FORWARD);
    info.sources = bits(ROPE_SOURCE_TABLES);
    info.layouts = bits(ROPE_BSHD, ROPE_THD);
    info.position_kinds = bits(ROPE_POSITIONS_TOKEN);
    info.position_dtypes = bits(ROPE_I64);
    info.flags = ROPE_FLAG_IN_PLACE_ONLY | ROPE_FLAG_STRIDED | ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE;
    return info;
  }

  // Tokens may lie any number of elements apart, as in a slice of a joined qkv; their heads may not.
  static bool flat(const rope_tensor& t) {
    if (t.dtype == 0 || empty(t)) return true;
    return (t.shape[2] == 1 || t.strides[2] == t.shape[3]) &&
           (t.shape[0] == 1 || t.strides[0] == t.shape[1] * t.strides[1]);
  }

  static const char* refuse(const rope_spec& spec, const rope_call& call) {
    const rope_matrix& cache = spec.angles.first;
    if (spec.angles.second.dtype != 0 || spec.angles.full_width) return "the cache is one table, cos | sin, half width";
    if (cache.dtype != ROPE_F32 && cache.dtype != call.q_in.dtype) return "the cache must be fp32 or as the tensors";
    if (!contiguous(cache)) return "the cache must have no gaps between its rows";
    if (!dense_heads(call) || !flat(call.q_in) || !flat(call.k_in)) return "heads must lie side by side";
    if (!dense_positions(call, call.q_in.shape[1])) return "positions must be one dense list of all rows' tokens";
    return spec.dim_offset != 0 ? "the elements that rotate must come first in the head" : nullptr;
  }

  explicit VllmRotary(const rope_spec& given) : spec(given) {}

  void apply(const rope_call& call) const {
    const vllm_rotary::Heads query = heads(call.q_out), key = heads(call.k_out);
    rotary_embedding(element(call.q_out.dtype), call.q_out.shape[0] * call.q_out.shape[1],
                     static_cast<const std::int64_t*>(call.positions.data), query, call.k_out.dtype ? &key : nullptr,
                     spec.head_dim, {element(spec.angles.first.dtype), spec.angles.first.data, spec.rotary_dim},
                     spec.pairing_in == ROPE_HALF_SPLIT);
  }

  static vllm_rotary::Heads heads(const rope_tensor& t) { return {t.data, t.shape[2], t.strides[1]}; }
  static Element element(rope_dtype t) {
    return t == ROPE_F32 ? Element::f32 : t == ROPE_F16 ? Element::f16 : Element::bf16;
  }

  rope_spec spec;
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t version) {
  return rope_plugin::entry<VllmRotary>(version);
}
