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
/// Places of words in a register: one instruction instead of a widening and a shift, or a shift and a narrowing.
using U16 [[gnu::vector_size(width)]] = std::uint16_t;

[[gnu::always_inline]] inline U32 in_upper_halves(HalfU16 x) {
  constexpr U16 places{0, 0, 0, 1, 0, 2,  0, 3,  0, 4,  0, 5,  0, 6,  0, 7,
                       0, 8, 0, 9, 0, 10, 0, 11, 0, 12, 0, 13, 0, 14, 0, 15};
  const __m512i wide = _mm512_castsi256_si512(bits_as<__m256i>(x));
  return bits_as<U32>(_mm512_maskz_permutexvar_epi16(0xaaaaaaaa, bits_as<__m512i>(places), wide));
}
[[gnu::always_inline]] inline HalfU16 upper_halves(U32 x) {
  constexpr U16 places{1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31};
  const __m512i words = _mm512_maskz_permutexvar_epi16(0xffff, bits_as<__m512i>(places), bits_as<__m512i>(x));
  return bits_as<HalfU16>(_mm512_maskz_extracti64x4_epi64(0xff, words, 0));
}
/// bits + 0x7fff, and 1 more where bit 16 is set.
[[gnu::always_inline]] inline U32 carried(U32 bits) {
  const auto x = bits_as<__m512i>(bits);
  const __m512i sum = _mm512_add_epi32(x, _mm512_set1_epi32(0x7fff));
  return bits_as<U32>(
      _mm512_mask_add_epi32(sum, _mm512_test_epi32_mask(x, _mm512_set1_epi32(0x10000)), sum, _mm512_set1_epi32(1)));
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
