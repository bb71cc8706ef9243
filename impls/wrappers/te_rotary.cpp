// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// The plug-in around te_rotary_op.hpp, to copy for a kernel in the shape of TransformerEngine's fused rope.
#include <cstdint>
#include <vector>

#include "rope_impl.hpp"
#include "te_rotary_op.hpp"

namespace {

using namespace rope_plugin;
using namespace te_rotary;

struct TeRotary {
  static rope_impl_info info() {
    auto info = named("te-rotary", "0.1.0", "an example in the shape of TransformerEngine's fused rope");
    info.dtypes = bits(ROPE_F32, ROPE_F16, ROPE_BF16);
    info.pairings = bits(ROPE_HALF_SPLIT, ROPE_INTERLEAVED);
    info.directions = bits(ROPE_FORWARD, ROPE_BACKWARD);
    info.sources = bits(ROPE_SOURCE_ANGLES);
    info.layouts = bits(ROPE_SBHD, ROPE_BSHD, ROPE_THD);
    info.position_kinds = bits(ROPE_POSITIONS_OFFSET);
    info.flags = ROPE_FLAG_STRIDED | ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE;
    return info;
  }

  static const char* refuse(const rope_spec& spec, const rope_call&) {
    if (spec.angles.first.dtype != ROPE_F32) return "angles must be fp32";
    if (spec.max_position > INT32_MAX) return "start positions are int32 here";
    return spec.dim_offset != 0 ? "the elements that rotate must come first in the head" : nullptr;
  }

  // The kernel wants the angle of each element, not of each pair.
  explicit TeRotary(const rope_spec& given) : spec(given) {
    const rope_matrix& angles = spec.angles.first;
    for (std::int64_t row = 0; row < angles.rows; ++row) {
      for (std::int64_t e = 0; e < 2 * angles.columns; ++e) {
        const std::int64_t pair = spec.pairing_in == ROPE_INTERLEAVED ? e / 2 : e % angles.columns;
        freqs.push_back(static_cast<const float*>(angles.data)[row * angles.row_stride + pair]);
      }
    }
  }

  void apply(const rope_call& call) const {
    const auto* given = static_cast<const std::int64_t*>(call.start_positions);
    const std::vector<std::int32_t> starts(given, given ? given + call.cu_seqlens_count - 1 : given);
    for_q_and_k(call, [&](const rope_tensor& in, const rope_tensor& out) {
      Fused p{};
      p.type = in.dtype == ROPE_F32 ? Element::f32 : in.dtype == ROPE_F16 ? Element::f16 : Element::bf16;
      p.format = in.layout == ROPE_SBHD ? Format::sbhd : in.layout == ROPE_BSHD ? Format::bshd : Format::thd;
      p.interleaved = spec.pairing_in == ROPE_INTERLEAVED, p.mscale = static_cast<float>(spec.attention_factor);
      p.s = in.shape[1], p.b = call.cu_seqlens ? call.cu_seqlens_count - 1 : in.shape[0];
      p.h = in.shape[2], p.d = in.shape[3], p.d2 = spec.rotary_dim;
      p.freqs = freqs.data() + call.positions.offset * p.d2;  // an offset is another first row
      p.cu_seqlens = static_cast<const std::int32_t*>(call.cu_seqlens);
      p.start_positions = given ? starts.data() : nullptr;
      const auto rotate = call.direction == ROPE_FORWARD ? fused_rope_forward : fused_rope_backward;
      rotate(p, in.data, strides(in), out.data, strides(out));
    });
  }

  static Strides strides(const rope_tensor& t) { return {t.strides[1], t.strides[0], t.strides[2], t.strides[3]}; }

  rope_spec spec;
  std::vector<float> freqs;
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t version) {
  return rope_plugin::entry<TeRotary>(version);
}
