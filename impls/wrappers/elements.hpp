// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// What stands in for a library's own element types in the five example kernels: fp16 and bf16 as bits, and one rounding
// to each of them.
#pragma once

#include <cstdint>
#include <cstring>

namespace wrappers {

enum class Element { f32, f16, bf16 };

struct Half {
  std::uint16_t bits;
};
struct Bfloat16 {
  std::uint16_t bits;
};

inline std::uint32_t bits_of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  return bits;
}
inline float float_of(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof(x));
  return x;
}

inline float load(float x) {
  return x;
}
inline float load(Bfloat16 x) {
  return float_of(std::uint32_t{x.bits} << 16);
}
inline float load(Half x) {
  const std::uint32_t sign = (x.bits & 0x8000U) << 16, rest = x.bits & 0x7fffU;
  if (rest >= 0x7c00U) return float_of(sign | 0x7f800000U | rest << 13);
  // The exponent's bias differs by 112. Scaling instead of adding makes subnormal numbers right, too, and is exact.
  const float magnitude = float_of(rest << 13) * 0x1p112F;
  return sign != 0 ? -magnitude : magnitude;
}

inline void store(float& y, float x) {
  y = x;
}
/// To nearest, ties to even: half of the last kept place, less one where that place is even, carries upwards.
inline void store(Bfloat16& y, float x) {
  const std::uint32_t bits = bits_of(x);
  const bool nan = (bits & 0x7fffffffU) > 0x7f800000U;
  y.bits = static_cast<std::uint16_t>(nan ? bits >> 16 | 0x40U : (bits + 0x7fffU + (bits >> 16 & 1U)) >> 16);
}
inline void store(Half& y, float x) {
  const std::uint32_t bits = bits_of(x), sign = bits >> 16 & 0x8000U, rest = bits & 0x7fffffffU;
  std::uint32_t half;
  if (rest > 0x7f800000U) {
    half = 0x7e00U;
  } else if (rest >= 0x477ff000U) {  // 65520 and more round to infinity
    half = 0x7c00U;
  } else if (rest >= 0x38800000U) {  // 2^-14 and more are normal
    const std::uint32_t rebiased = rest - 0x38000000U;
    half = (rebiased + 0xfffU + (rebiased >> 13 & 1U)) >> 13;
  } else {  // the spacing of floats in [0.5, 1) is that of subnormal halves, 2^-24
    half = bits_of(float_of(rest) + 0.5F) - bits_of(0.5F);
  }
  y.bits = static_cast<std::uint16_t>(sign | half);
}

/// visit(T{}) with the type that `element` names.
template <class Visit>
void with_type_of(Element element, Visit visit) {
  switch (element) {
    case Element::f32:
      return visit(float{});
    case Element::f16:
      return visit(Half{});
    case Element::bf16:
      return visit(Bfloat16{});
  }
}

}  // namespace wrappers
