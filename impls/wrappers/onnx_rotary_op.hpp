// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// A CPU kernel with the interface of ONNX's operator RotaryEmbedding (opset 23): one dense tensor, caches of its own
// type and half width, positions as int64 indices or none. It knows nothing of rope-conform.
#pragma once

#include <cstdint>

#include "elements.hpp"

namespace onnx_rotary {

using wrappers::Element;

struct Attributes {
  bool interleaved = false;
  std::int64_t num_heads = 0;             ///< required where X has three axes
  std::int64_t rotary_embedding_dim = 0;  ///< 0: the whole head
};

/// X and Y: [batch, num_heads, sequence, head], or with rank 3 [batch, sequence, num_heads * head].
struct Shape {
  int rank;
  std::int64_t sizes[4];
};

struct Caches {
  const void *cos, *sin;  ///< of X's type, without gaps. With position_ids: [max_position, rotary_embedding_dim / 2];
                          ///< without: [batch, sequence, rotary_embedding_dim / 2]
  std::int64_t max_position;
  const std::int64_t* position_ids;  ///< [batch, sequence], or NULL
};

/// Rotates in fp32 with one rounding at the end; what lies behind rotary_embedding_dim is copied. Throws
/// std::out_of_range, with nothing written, for a position outside [0, max_position), and std::invalid_argument for a
/// shape that does not fit the attributes. Y must not overlap X.
void rotary_embedding(const Attributes& attributes, Element type, const Shape& shape, const void* X,
                      const Caches& caches, void* Y);

}  // namespace onnx_rotary
