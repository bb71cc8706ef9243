// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// The rotation behind flash_rotary_op.hpp: a loop over tokens, then heads, then pairs.
#include "flash_rotary_op.hpp"

#include <algorithm>

namespace flash_rotary {
namespace {

using wrappers::load;
using wrappers::store;

template <class T, class TableType>
void rotate_token(const Problem& p, const View& vx, const View& vy, const T* x, T* y, std::int64_t position) {
  const bool inside = position >= 0 && position < p.seqlen_ro;
  const std::int64_t pairs = inside ? p.rotary_dim / 2 : 0;
  const auto* cos = static_cast<const TableType*>(p.cos) + (inside ? position * pairs : 0);
  const auto* sin = static_cast<const TableType*>(p.sin) + (inside ? position * pairs : 0);
  for (std::int64_t h = 0; h < p.nheads; ++h) {
    const T* head = x + h * vx.stride_nheads;
    T* out = y + h * vy.stride_nheads;
    for (std::int64_t i = 0; i < pairs; ++i) {
      const std::int64_t first = p.interleaved ? 2 * i : i, second = p.interleaved ? 2 * i + 1 : i + pairs;
      const float c = load(cos[i]), s = p.conjugate ? -load(sin[i]) : load(sin[i]);
      const float x0 = load(head[first * vx.stride_headdim]), x1 = load(head[second * vx.stride_headdim]);
      store(out[first * vy.stride_headdim], x0 * c - x1 * s);
      store(out[second * vy.stride_headdim], x0 * s + x1 * c);
    }
    for (std::int64_t e = 2 * pairs; e < p.headdim; ++e) out[e * vy.stride_headdim] = head[e * vx.stride_headdim];
  }
}

std::int64_t offset_of(const Problem& p, std::int64_t b) {
  if (!p.seqlen_offsets) return p.seqlen_offset;
  return p.int64_offsets ? static_cast<const std::int64_t*>(p.seqlen_offsets)[b]
                         : static_cast<const std::int32_t*>(p.seqlen_offsets)[b];
}

template <class T, class TableType>
void rotate_all(const Problem& p, const View& x, const View& out) {
  for (std::int64_t b = 0; b < p.batch; ++b) {
    const std::int64_t length = p.cu_seqlens ? p.cu_seqlens[b + 1] - p.cu_seqlens[b] : p.seqlen;
    const std::int64_t offset = offset_of(p, b);
    const auto begin = [&](const View& v) {
      return static_cast<T*>(v.data) + (p.cu_seqlens ? p.cu_seqlens[b] * v.stride_seqlen : b * v.stride_batch);
    };
    for (std::int64_t s = 0; s < std::min(length, p.seqlen); ++s) {
      rotate_token<T, TableType>(p, x, out, begin(x) + s * x.stride_seqlen, begin(out) + s * out.stride_seqlen,
                                 offset + s);
    }
  }
}

}  // namespace

void apply_rotary(const Problem& problem, const View& x, const View& out) {
  wrappers::with_type_of(problem.type, [&](auto element) {
    using T = decltype(element);
    problem.table_type == Element::f32 ? rotate_all<T, float>(problem, x, out) : rotate_all<T, T>(problem, x, out);
  });
}

}  // namespace flash_rotary
