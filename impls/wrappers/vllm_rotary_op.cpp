// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// The rotation behind vllm_rotary_op.hpp: for each token its row of the cache, for each head its pairs.
#include "vllm_rotary_op.hpp"

namespace vllm_rotary {
namespace {

using wrappers::load;
using wrappers::store;

template <class T, class CacheType>
void rotate_heads(T* token, std::int64_t num_heads, std::int64_t head_size, const CacheType* row, std::int64_t pairs,
                  bool is_neox) {
  for (std::int64_t h = 0; h < num_heads; ++h) {
    T* head = token + h * head_size;
    for (std::int64_t i = 0; i < pairs; ++i) {
      T& first = head[is_neox ? i : 2 * i];
      T& second = head[is_neox ? pairs + i : 2 * i + 1];
      const float c = load(row[i]), s = load(row[pairs + i]), x = load(first), y = load(second);
      store(first, x * c - y * s);
      store(second, y * c + x * s);
    }
  }
}

template <class T, class CacheType>
void rotate_all(std::int64_t num_tokens, const std::int64_t* positions, const Heads& heads, std::int64_t head_size,
                const Cache& cache, bool is_neox) {
  for (std::int64_t t = 0; t < num_tokens && heads.num_heads > 0; ++t) {
    const auto* row = static_cast<const CacheType*>(cache.data) + positions[t] * cache.rot_dim;
    rotate_heads(static_cast<T*>(heads.data) + t * heads.stride, heads.num_heads, head_size, row, cache.rot_dim / 2,
                 is_neox);
  }
}

}  // namespace

void rotary_embedding(Element type, std::int64_t num_tokens, const std::int64_t* positions, const Heads& query,
                      const Heads* key, std::int64_t head_size, const Cache& cos_sin_cache, bool is_neox) {
  wrappers::with_type_of(type, [&](auto element) {
    using T = decltype(element);
    auto* rotate = cos_sin_cache.type == Element::f32 ? rotate_all<T, float> : rotate_all<T, T>;
    rotate(num_tokens, positions, query, head_size, cos_sin_cache, is_neox);
    if (key) rotate(num_tokens, positions, *key, head_size, cos_sin_cache, is_neox);
  });
}

}  // namespace vllm_rotary
