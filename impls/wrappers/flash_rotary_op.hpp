// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// A CPU kernel with the interface of flash-attention's rotary: one tensor a call, cos and sin tables of half width, an
// offset for all or for each sequence, packed sequences by cu_seqlens. It knows nothing of rope-conform.
#pragma once

#include <cstdint>

#include "elements.hpp"

namespace flash_rotary {

using wrappers::Element;

/// [batch, seqlen, nheads, headdim] with strides in elements; packed: [total tokens, nheads, headdim], batch and seqlen
/// then being those of the sequences in it and stride_batch unused.
struct View {
  void* data;
  std::int64_t stride_batch, stride_seqlen, stride_nheads, stride_headdim;
};

struct Problem {
  Element type;
  std::int64_t batch, seqlen, nheads, headdim;

  Element table_type;     ///< fp32, or type
  const void *cos, *sin;  ///< [seqlen_ro, rotary_dim / 2], without gaps
  std::int64_t seqlen_ro, rotary_dim;

  std::int64_t seqlen_offset = 0;        ///< of every sequence, unless there is:
  const void* seqlen_offsets = nullptr;  ///< [batch], int32 or int64
  bool int64_offsets = false;

  const std::int32_t* cu_seqlens = nullptr;  ///< [batch + 1]: packed; seqlen is then max_seqlen
  bool interleaved = false;
  bool conjugate = false;
};

/// Rotates the first rotary_dim elements of each head, in fp32 with one rounding at the end, and copies the others. A
/// token outside [0, seqlen_ro) is copied. out may be x.
void apply_rotary(const Problem& problem, const View& x, const View& out);

}  // namespace flash_rotary
