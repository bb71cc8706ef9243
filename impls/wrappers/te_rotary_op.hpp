// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// A CPU kernel with the interface of TransformerEngine's fused rope: one tensor a call, angles in fp32, one for each
// element that rotates, in the formats sbhd, bshd and thd with cu_seqlens. It knows nothing of rope-conform.
#pragma once

#include <cstdint>

#include "elements.hpp"

namespace te_rotary {

using wrappers::Element;

enum class Format { sbhd, bshd, thd };

struct Strides {
  std::int64_t s_or_t, b, h, d;  ///< elements; thd has no b
};

struct Fused {
  Element type;
  Format format;
  bool interleaved;
  std::int64_t s, b, h, d;  ///< thd: s is the longest sequence or more, b how many sequences
  const float* freqs;       ///< [rows, d2]: the angle of each element that rotates
  std::int64_t d2;
  float mscale = 1;                               ///< multiplies cosines and sines
  const std::int32_t* cu_seqlens = nullptr;       ///< [b + 1], thd only
  const std::int32_t* start_positions = nullptr;  ///< [b]: the row of a sequence's first token, if not 0
};

/// Rotates the first d2 elements of each head, in fp32 with one rounding at the end, and copies the others. output must
/// not overlap input.
void fused_rope_forward(const Fused& problem, const void* input, Strides input_strides, void* output,
                        Strides output_strides);

/// The gradient of fused_rope_forward: input is that of its output.
void fused_rope_backward(const Fused& problem, const void* input, Strides input_strides, void* output,
                         Strides output_strides);

}  // namespace te_rotary
