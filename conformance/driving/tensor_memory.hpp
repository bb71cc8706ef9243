// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Where the elements of a tensor lie in memory: from logical order [batch][tokens][heads][head_dim] to strides, and the
// bytes of such a tensor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "conformance/driving/arrangement.hpp"

namespace rope::conformance {

/// Bit patterns in elements of 2 or 4 bytes, and back.
std::vector<std::byte> packed(const std::vector<std::uint32_t>& elements, std::size_t element_bytes);
std::vector<std::uint32_t> unpacked(std::span<const std::byte> bytes, std::size_t element_bytes);

/// Immutable.
class TensorMemory {
 public:
  using Four = std::array<std::int64_t, 4>;  ///< batch, sequence, heads, dim

  /// `layout` is not `any`. Inputs and outputs differ where Strides says so. The first element lies at a multiple of
  /// `alignment` bytes from the beginning.
  TensorMemory(Four shape, Layout layout, Strides strides, bool is_output, std::size_t element_bytes,
               std::size_t alignment);

  const Four& shape() const { return shape_; }
  const Four& strides() const { return strides_; }
  /// Elements from the beginning of the memory to element [0, 0, 0, 0], and in all.
  std::size_t origin() const { return origin_; }
  std::size_t elements() const { return elements_; }

  /// `logical` laid out; gaps hold anything.
  std::vector<std::byte> laid_out(const std::vector<std::uint32_t>& logical) const;
  /// The elements of such bytes in logical order.
  std::vector<std::uint32_t> logical(std::span<const std::byte> bytes) const;
  /// Which elements of the memory are none of the tensor's; empty where all are.
  std::vector<bool> gaps() const;

 private:
  template <typename Visit>
  void for_each(const Visit& visit) const;
  bool in_order() const;

  Four shape_, strides_{};
  std::size_t origin_ = 0, elements_ = 0, element_bytes_;
};

}  // namespace rope::conformance
