// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The fused plug-in's loops for AVX-512 (F, BW, DQ, VL): vectors of 64 bytes. Never FMA: bits are the same without it.
#include <immintrin.h>

namespace rope::fused {
namespace {
constexpr unsigned long width = 64;
}  // namespace
}  // namespace rope::fused

#include "impls/cpu/fused/lanes.inc"
#include "impls/cpu/fused/sincos.inc"

namespace rope::fused {
namespace {

// With masks of all lanes, as the plain forms draw GCC 12's warning that its own header uses what it has not set.
[[gnu::always_inline]] inline U32 widened(HalfU16 x) {
  return bits_as<U32>(_mm512_maskz_cvtepu16_epi32(0xffff, bits_as<__m256i>(x)));
}
[[gnu::always_inline]] inline HalfU16 narrowed(U32 x) {
  return bits_as<HalfU16>(_mm512_maskz_cvtepi32_epi16(0xffff, bits_as<__m512i>(x)));
}
[[gnu::always_inline]] inline F32 from_f16(HalfU16 x) {
  return bits_as<F32>(_mm512_maskz_cvtph_ps(0xffff, bits_as<__m256i>(x)));
}
[[gnu::always_inline]] inline HalfU16 to_f16(F32 y) {
  return bits_as<HalfU16>(_mm512_maskz_cvtps_ph(0xffff, bits_as<__m512>(y), _MM_FROUND_TO_NEAREST_INT));
}
[[gnu::always_inline]] inline F64 neighbours_swapped(F64 x) {
  return bits_as<F64>(_mm512_maskz_permute_pd(0xff, bits_as<__m512d>(x), 0x55));
}
[[gnu::always_inline]] inline F32 neighbours_swapped(F32 x) {
  return bits_as<F32>(_mm512_maskz_permute_ps(0xffff, bits_as<__m512>(x), 0xb1));
}

struct Stream {
  [[gnu::always_inline]] static void put(void* to, U32 v) {
    _mm512_stream_si512(static_cast<__m512i*>(to), bits_as<__m512i>(v));
  }
  template <class Vector>
  [[gnu::always_inline]] static void put(void* to, Vector v) {
    _mm256_stream_si256(static_cast<__m256i*>(to), bits_as<__m256i>(v));
  }
  static void end() { _mm_sfence(); }
};

}  // namespace
}  // namespace rope::fused

#include "impls/cpu/fused/rotate.inc"

namespace rope::fused {

const Kernels kernels_v4 = kernels_of_this_file;

}  // namespace rope::fused
