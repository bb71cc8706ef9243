// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Elements of tensors as a kernel reads and writes them: the numbers of impls/kernel/elements.hpp, which a GPU converts
// with an instruction of its own, and 16 bytes of them at once.
#pragma once

#include <cstdint>

#include "impls/kernel/elements.hpp"
#include "impls/kernel/host_device.hpp"

namespace rope::cuda {

template <class Element>
ROPE_HD inline float value_of(typename Element::Storage bits) {
#if defined(__CUDA_ARCH__)
  if constexpr (Element::dtype == ROPE_F16) {
    float x;
    asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"(bits));
    return x;
  }
#endif
  return Element::value(bits);
}

/// To nearest, ties to even. Which NaN a NaN becomes differs between a GPU and the host.
template <class Element>
ROPE_HD inline typename Element::Storage rounded(float x) {
#if defined(__CUDA_ARCH__)
  if constexpr (Element::dtype == ROPE_F16) {
    std::uint16_t bits;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(x));
    return bits;
  } else if constexpr (Element::dtype == ROPE_BF16) {
    std::uint16_t bits;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(x));
    return bits;
  }
#endif
  return Element::round(x);
}

/// What a thread moves at once: one element of any stride, or 16 bytes.
template <class Element, int kCount>
struct alignas(kCount * sizeof(typename Element::Storage)) Elements {
  typename Element::Storage bits[kCount];
};

}  // namespace rope::cuda
