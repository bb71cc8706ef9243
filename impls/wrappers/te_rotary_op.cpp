// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// The rotation behind te_rotary_op.hpp: each element by its own angle, with the element that it is paired with.
#include "te_rotary_op.hpp"

#include <algorithm>
#include <cmath>

namespace te_rotary {
namespace {

using wrappers::load;
using wrappers::store;

/// One token: every head. sign is that of the sines, -1 backwards.
template <class T>
void rotate_token(const Fused& p, const float* angles, float sign, const T* x, Strides sx, T* y, Strides sy) {
  for (std::int64_t e = 0; e < p.d; ++e) {
    if (e >= p.d2) {
      for (std::int64_t h = 0; h < p.h; ++h) y[h * sy.h + e * sy.d] = x[h * sx.h + e * sx.d];
      continue;
    }
    const float cosine = std::cos(angles[e]) * p.mscale, sine = std::sin(angles[e]) * p.mscale;
    const bool is_first = p.interleaved ? e % 2 == 0 : e < p.d2 / 2;
    const std::int64_t distance = p.interleaved ? 1 : p.d2 / 2, partner = is_first ? e + distance : e - distance;
    const float turn = is_first ? -sign : sign;
    for (std::int64_t h = 0; h < p.h; ++h) {
      const float own = load(x[h * sx.h + e * sx.d]), other = load(x[h * sx.h + partner * sx.d]);
      store(y[h * sy.h + e * sy.d], own * cosine + turn * other * sine);
    }
  }
}

void rotate_all(const Fused& p, float sign, const void* input, Strides sx, void* output, Strides sy) {
  wrappers::with_type_of(p.type, [&](auto element) {
    using T = decltype(element);
    for (std::int64_t b = 0; b < p.b && p.h > 0; ++b) {
      const bool packed = p.format == Format::thd;
      const std::int64_t length = packed ? std::min<std::int64_t>(p.cu_seqlens[b + 1] - p.cu_seqlens[b], p.s) : p.s;
      const auto begin = [&](Strides stride) { return packed ? p.cu_seqlens[b] * stride.s_or_t : b * stride.b; };
      const std::int64_t first_row = p.start_positions ? p.start_positions[b] : 0;
      for (std::int64_t s = 0; s < length; ++s) {
        rotate_token(p, p.freqs + (first_row + s) * p.d2, sign,
                     static_cast<const T*>(input) + begin(sx) + s * sx.s_or_t, sx,
                     static_cast<T*>(output) + begin(sy) + s * sy.s_or_t, sy);
      }
    }
  });
}

}  // namespace

void fused_rope_forward(const Fused& problem, const void* input, Strides input_strides, void* output,
                        Strides output_strides) {
  rotate_all(problem, 1, input, input_strides, output, output_strides);
}

void fused_rope_backward(const Fused& problem, const void* input, Strides input_strides, void* output,
                         Strides output_strides) {
  rotate_all(problem, -1, input, input_strides, output, output_strides);
}

}  // namespace te_rotary
