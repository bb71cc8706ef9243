// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The fused plug-in's loops for AVX2 with F16C: vectors of 32 bytes. Never FMA: bits are the same without it.
#include <immintrin.h>

namespace rope::fused {
namespace {
constexpr unsigned long width = 32;
}  // namespace
}  // namespace rope::fused

#include "impls/cpu/fused/lanes.inc"

namespace rope::fused {
namespace {

[[gnu::always_inline]] inline F64 from_f32(HalfF32 x) {
  return bits_as<F64>(_mm256_cvtps_pd(bits_as<__m128>(x)));
}
[[gnu::always_inline]] inline HalfF32 to_f32(F64 y) {
  return bits_as<HalfF32>(_mm256_cvtpd_ps(bits_as<__m256d>(y)));
}
[[gnu::always_inline]] inline U32 widened(HalfU16 x) {
  return bits_as<U32>(_mm256_cvtepu16_epi32(bits_as<__m128i>(x)));
}
/// Of numbers below 2^16.
[[gnu::always_inline]] inline HalfU16 narrowed(U32 x) {
  const auto words = bits_as<__m256i>(x);
  return bits_as<HalfU16>(_mm_packus_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1)));
}
/// bits + 0x7fff, and 1 more where bit 16 is set.
[[gnu::always_inline]] inline U32 carried(U32 bits) {
  return bits + 0x7fffU + ((bits >> 16) & 1U);
}
[[gnu::always_inline]] inline U32 in_upper_halves(HalfU16 x) {
  return widened(x) << 16;
}
[[gnu::always_inline]] inline HalfU16 upper_halves(U32 x) {
  return narrowed(x >> 16);
}
[[gnu::always_inline]] inline F32 from_f16(HalfU16 x) {
  return bits_as<F32>(_mm256_cvtph_ps(bits_as<__m128i>(x)));
}
[[gnu::always_inline]] inline HalfU16 to_f16(F32 y) {
  return bits_as<HalfU16>(_mm256_cvtps_ph(bits_as<__m256>(y), _MM_FROUND_TO_NEAREST_INT));
}
[[gnu::always_inline]] inline F64 neighbours_swapped(F64 x) {
  return bits_as<F64>(_mm256_permute_pd(bits_as<__m256d>(x), 0x5));
}
[[gnu::always_inline]] inline F32 neighbours_swapped(F32 x) {
  return bits_as<F32>(_mm256_permute_ps(bits_as<__m256>(x), 0xb1));
}

/// A line of the cache at a time: what is written in parts may leave in parts.
struct Stream {
  static constexpr std::size_t vectors = 64 / (width / 2);
  [[gnu::always_inline]] static void put(void* to, U32 v) {
    _mm256_stream_si256(static_cast<__m256i*>(to), bits_as<__m256i>(v));
  }
  template <class Half>
  [[gnu::always_inline]] static void put_all(void* to, const Half (&all)[vectors]) {
    for (std::size_t i = 0; i < vectors / 2; ++i) {
      put(static_cast<char*>(to) + i * width,
          bits_as<U32>(_mm256_set_m128i(bits_as<__m128i>(all[2 * i + 1]), bits_as<__m128i>(all[2 * i]))));
    }
  }
  static void end() { _mm_sfence(); }
};

}  // namespace
}  // namespace rope::fused

#include "impls/cpu/fused/loops.inc"

namespace rope::fused {

const Kernels kernels_v3 = kernels_of_this_file;

}  // namespace rope::fused
