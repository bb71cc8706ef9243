// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// A CPU kernel with the interface of ggml's rope_ext: it makes its own angles, from a base that is multiplied up pair
// by pair in fp32, with a scale, factors for each pair and YaRN's ramp. It knows nothing of rope-conform.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ggml_rope {

enum class Type { f32, f16 };
enum class Mode { normal, neox };  ///< normal: adjacent pairs; neox: an element of either half

/// ne: elements of each axis, the fastest first: head, heads, tokens, batch. nb: bytes from one to the next; nb[0] is
/// an element's size.
struct Tensor {
  Type type;
  void* data;
  std::int64_t ne[4];
  std::ptrdiff_t nb[4];
};

struct Parameters {
  const float* freq_factors = nullptr;  ///< [n_dims / 2]: divides the angle of each pair
  int n_dims = 0;                       ///< how many elements of a head rotate
  Mode mode = Mode::normal;
  int n_ctx_orig = 0;  ///< YaRN: the length before extension
  float freq_base = 10000;
  float freq_scale = 1;   ///< multiplies angles; with YaRN those of the slow pairs
  float ext_factor = 0;   ///< YaRN: the share of its ramp, 0 for none
  float attn_factor = 1;  ///< multiplies cosines and sines
  float beta_fast = 32, beta_slow = 1;
};

/// Rotates a by the positions pos (one for each token, the same in every batch row) into dst, which may be a. Elements
/// from n_dims on are copied. back is the gradient.
void rope_ext(const Tensor& a, const std::int32_t* pos, const Parameters& parameters, const Tensor& dst);
void rope_ext_back(const Tensor& a, const std::int32_t* pos, const Parameters& parameters, const Tensor& dst);

}  // namespace ggml_rope
