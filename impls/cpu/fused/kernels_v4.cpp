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

namespace rope::fused {
namespace {

// With masks of all lanes, as the plain forms draw GCC 12's warning that its own header uses what it has not set.
[[gnu::always_inline]] inline F64 from_f32(HalfF32 x) {
  return bits_as<F64>(_mm512_maskz_cvtps_pd(0xff, bits_as<__m256>(x)));
}
[[gnu::always_inline]] inline HalfF32 to_f32(F64 y) {
  return bits_as<HalfF32>(_mm512_maskz_cvtpd_ps(0xff, bits_as<__m512d>(y)));
}
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

/// A line of the cache at a time: what is written in parts may leave in parts.
struct Stream {
  static constexpr std::size_t vectors = 64 / (width / 2);
  [[gnu::always_inline]] static void put(void* to, U32 v) {
    _mm512_stream_si512(static_cast<__m512i*>(to), bits_as<__m512i>(v));
  }
  template <class Half>
  [[gnu::always_inline]] static void put_all(void* to, const Half (&all)[vectors]) {
    put(to, bits_as<U32>(_mm512_maskz_inserti64x4(0xff, _mm512_castsi256_si512(bits_as<__m256i>(all[0])),
                                                  bits_as<__m256i>(all[1]), 1)));
  }
  static void end() { _mm_sfence(); }
};

}  // namespace
}  // namespace rope::fused

#include "impls/cpu/fused/loops.inc"

namespace rope::fused {

const Kernels kernels_v4 = kernels_of_this_file;

}  // namespace rope::fused
