// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// The plug-in around ggml_rope_op.hpp, to copy for a kernel in the shape of ggml's rope_ext.
#include <algorithm>
#include <cmath>
#include <vector>

#include "ggml_rope_op.hpp"
#include "rope_impl.hpp"

namespace {

using namespace ggml_rope;
using namespace rope_plugin;

struct GgmlRope {
  static rope_impl_info info() {
    auto info = named("ggml-rope", "0.1.0", "an example in the shape of ggml's rope_ext");
    info.dtypes = bits(ROPE_F32, ROPE_F16);
    info.pairings = bits(ROPE_HALF_SPLIT, ROPE_INTERLEAVED);
    info.directions = bits(ROPE_FORWARD, ROPE_BACKWARD);
    info.sources = bits(ROPE_SOURCE_PARAMETRIC);
    info.families = bits(ROPE_FAMILY_DEFAULT, ROPE_FAMILY_LINEAR, ROPE_FAMILY_LLAMA3);
    info.layouts = bits(ROPE_BSHD, ROPE_THD);
    info.position_kinds = bits(ROPE_POSITIONS_TOKEN), info.position_dtypes = bits(ROPE_I32);
    info.flags = ROPE_FLAG_IN_PLACE | ROPE_FLAG_STRIDED | ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE;
    return info;
  }

  static const char* refuse(const rope_spec& spec, const rope_call& call) {
    if (!dense_heads(call)) return "a head's elements must lie side by side";
    if (!dense_positions(call, 0)) return "positions must be one dense list, which all rows of a batch share";
    if (spec.max_position > 1 << 24) return "positions become fp32, which is exact only up to 2^24";
    return spec.dim_offset != 0 ? "the elements that rotate must come first in the head" : nullptr;
  }

  explicit GgmlRope(const rope_spec& spec) {
    const rope_parametric& f = spec.angles.parametric;
    p.n_dims = static_cast<int>(spec.rotary_dim), p.n_ctx_orig = static_cast<int>(f.original_max_position);
    p.mode = spec.pairing_in == ROPE_HALF_SPLIT ? Mode::neox : Mode::normal;
    p.freq_base = static_cast<float>(f.base), p.attn_factor = static_cast<float>(spec.attention_factor);
    if (f.family == ROPE_FAMILY_LINEAR) p.freq_scale = static_cast<float>(1 / f.factor);
    // Llama 3: what each pair's angle is divided by; `kept` is the share of its frequency that stays as it was.
    for (int i = 0; f.family == ROPE_FAMILY_LLAMA3 && i < p.n_dims / 2; ++i) {
      const double turns = p.n_ctx_orig / (6.283185307179586 * std::pow(f.base, 2.0 * i / p.n_dims));
      const double kept = std::clamp((turns - f.low_freq_factor) / (f.high_freq_factor - f.low_freq_factor), 0.0, 1.0);
      factors.push_back(static_cast<float>(1 / (kept + (1 - kept) / f.factor)));
    }
    p.freq_factors = factors.empty() ? nullptr : factors.data();
  }

  void apply(const rope_call& call) const {
    const auto* pos = static_cast<const std::int32_t*>(call.positions.data);
    for_q_and_k(call, [&](const rope_tensor& in, const rope_tensor& out) {
      (call.direction == ROPE_FORWARD ? rope_ext : rope_ext_back)(tensor(in), pos, p, tensor(out));
    });
  }

  static Tensor tensor(const rope_tensor& t) {
    const std::ptrdiff_t size = t.dtype == ROPE_F32 ? 4 : 2;
    const auto &n = t.shape, &s = t.strides;
    const Type type = t.dtype == ROPE_F32 ? Type::f32 : Type::f16;
    return {type, t.data, {n[3], n[2], n[1], n[0]}, {s[3] * size, s[2] * size, s[1] * size, s[0] * size}};
  }

  Parameters p;
  std::vector<float> factors;
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t version) {
  return rope_plugin::entry<GgmlRope>(version);
}
