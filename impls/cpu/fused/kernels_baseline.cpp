// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The fused plug-in's loops for what the compiler takes for granted: vectors of 16 bytes, SSE2 on x86-64 and NEON on
// aarch64. fp16 is converted by integer operations, which are the same everywhere.
#ifdef ROPE_FUSED_X86_64
#include <emmintrin.h>
#endif

namespace rope::fused {
namespace {
constexpr unsigned long width = 16;
}  // namespace
}  // namespace rope::fused

#include "impls/cpu/fused/lanes.inc"

namespace rope::fused {
namespace {

[[gnu::always_inline]] inline F64 from_f32(HalfF32 x) {
  return __builtin_convertvector(x, F64);
}
[[gnu::always_inline]] inline HalfF32 to_f32(F64 y) {
  return __builtin_convertvector(y, HalfF32);
}
[[gnu::always_inline]] inline U32 widened(HalfU16 x) {
  return __builtin_convertvector(x, U32);
}
[[gnu::always_inline]] inline HalfU16 narrowed(U32 x) {
  return __builtin_convertvector(x, HalfU16);
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

template <class Vector>
[[gnu::always_inline]] inline Vector chosen(I32 where, Vector then, Vector otherwise) {
  return bits_as<Vector>((bits_as<I32>(then) & where) | (bits_as<I32>(otherwise) & ~where));
}

/// The bits below the sign, shifted to binary32's places, are the value times 2^-112, subnormal or not. Infinity and
/// NaN come out as 2^16 and more, and get binary32's largest exponent instead.
[[gnu::always_inline]] inline F32 from_f16(HalfU16 x) {
  const U32 bits = widened(x);
  const U32 magnitude = bits & 0x7fffU;
  const U32 value = bits_as<U32>(bits_as<F32>(magnitude << 13) * 0x1p112F);
  const U32 special = bits_as<U32>(bits_as<I32>(magnitude) >= 0x7c00) & 0x7f800000U;
  return bits_as<F32>(value | special | ((bits & 0x8000U) << 16));
}

/// To nearest, ties to even. Below fp16's normal range adding 1/2, whose ulp is fp16's quantum 2^-24, rounds to it.
[[gnu::always_inline]] inline HalfU16 to_f16(F32 y) {
  const U32 bits = bits_as<U32>(y);
  const I32 magnitude = bits_as<I32>(bits & 0x7fffffffU);
  const I32 small = bits_as<I32>(bits_as<F32>(magnitude) + 0.5F) - 0x3f000000;
  // Exponents are 112 apart; a carry out of the fraction moves on to the next binade, from the last one to infinity.
  const I32 normal = (magnitude - (112 << 23) + 0xfff + ((magnitude >> 13) & 1)) >> 13;
  const I32 special = chosen(magnitude > 0x7f800000, I32{} + 0x7e00, I32{} + 0x7c00);
  const I32 finite = chosen(magnitude < (113 << 23), small, normal);
  const I32 rounded = chosen(magnitude >= (143 << 23), special, finite);
  return narrowed(bits_as<U32>(rounded) | ((bits >> 16) & 0x8000U));
}

#if __has_builtin(__builtin_shufflevector)
[[gnu::always_inline]] inline F64 neighbours_swapped(F64 x) {
  return __builtin_shufflevector(x, x, 1, 0);
}
[[gnu::always_inline]] inline F32 neighbours_swapped(F32 x) {
  return __builtin_shufflevector(x, x, 1, 0, 3, 2);
}
#else
[[gnu::always_inline]] inline F64 neighbours_swapped(F64 x) {
  return F64{x[1], x[0]};
}
[[gnu::always_inline]] inline F32 neighbours_swapped(F32 x) {
  return F32{x[1], x[0], x[3], x[2]};
}
#endif

#ifdef ROPE_FUSED_X86_64
/// A line of the cache at a time: what is written in parts may leave in parts.
struct Stream {
  static constexpr std::size_t vectors = 64 / (width / 2);
  [[gnu::always_inline]] static void put(void* to, U32 v) {
    _mm_stream_si128(static_cast<__m128i*>(to), bits_as<__m128i>(v));
  }
  template <class Half>
  [[gnu::always_inline]] static void put_all(void* to, const Half (&all)[vectors]) {
    for (std::size_t i = 0; i < vectors / 2; ++i) {
      U32 whole;
      __builtin_memcpy(&whole, all + 2 * i, sizeof whole);
      put(static_cast<char*>(to) + i * width, whole);
    }
  }
  static void end() { _mm_sfence(); }
};
#else
/// GCC has no such stores for other processors; these go through the caches.
struct Stream : Store {
  static void end() {}
};
#endif

}  // namespace
}  // namespace rope::fused

#include "impls/cpu/fused/loops.inc"

namespace rope::fused {

const Kernels kernels_baseline = kernels_of_this_file;

}  // namespace rope::fused
