// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The correct plug-in under every hostile one, so that each misbehaves in one place only and is otherwise credible.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impls/kernel/plugin.hpp"

namespace rope::hostile {

/// Base of a definition that adds `name`.
struct Honest : kernel::OneRoundingArithmetic, kernel::NoContracts {
  static constexpr const char* summary = "hostile on purpose: tests the loader and the worker";
};

inline std::size_t bytes_of_element(const rope_tensor& tensor) {
  return tensor.dtype == ROPE_F32 ? 4 : 2;
}

/// The first byte after the last element of a dense tensor; NULL where it has no elements.
inline unsigned char* end_of(const rope_tensor& tensor) {
  std::int64_t last = 0;
  for (int axis = 0; axis < 4; ++axis) {
    if (tensor.shape[axis] == 0) {
      return nullptr;
    }
    last += (tensor.shape[axis] - 1) * tensor.strides[axis];
  }
  return static_cast<unsigned char*>(tensor.data) + (static_cast<std::size_t>(last) + 1) * bytes_of_element(tensor);
}

}  // namespace rope::hostile
