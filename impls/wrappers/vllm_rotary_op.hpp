// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// A CPU kernel with the interface of vLLM's rotary_embedding: query and key of a flat list of tokens are rotated in
// place, with one cache of cos beside sin and a position for each token. It knows nothing of rope-conform.
#pragma once

#include <cstdint>

#include "elements.hpp"

namespace vllm_rotary {

using wrappers::Element;

/// [num_tokens, num_heads * head_size]; heads lie one behind the other, tokens `stride` elements apart.
struct Heads {
  void* data;
  std::int64_t num_heads, stride;
};

/// [max_position, rot_dim], without gaps: rot_dim / 2 cosines, then as many sines.
struct Cache {
  Element type;
  const void* data;
  std::int64_t rot_dim;
};

/// Rotates the first rot_dim elements of each head, in fp32 with one rounding at the end. key may be NULL. The cache is
/// fp32 or of the tensors' type. Positions are not checked.
void rotary_embedding(Element type, std::int64_t num_tokens, const std::int64_t* positions, const Heads& query,
                      const Heads* key, std::int64_t head_size, const Cache& cos_sin_cache, bool is_neox);

}  // namespace vllm_rotary
