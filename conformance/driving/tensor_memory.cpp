// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Strides from the innermost axis of the layout outwards.
#include "conformance/driving/tensor_memory.hpp"

#include <algorithm>
#include <cstring>

namespace rope::conformance {
namespace {

enum Axis : std::size_t { batch, sequence, heads, dim };

/// Memory order of the axes, slowest first.
std::array<Axis, 4> order_of(Layout layout) {
  if (layout == Layout::bhsd) return {batch, heads, sequence, dim};
  if (layout == Layout::sbhd) return {sequence, batch, heads, dim};
  return {batch, sequence, heads, dim};
}

// Gaps after heads, tokens and rows (by distance from the innermost axis): multiples of 16 elements, so that rows stay
// aligned for vector loads, and odd ones, so that nothing is.
constexpr std::array<std::int64_t, 4> aligned_gaps{0, 16, 48, 80};
constexpr std::array<std::int64_t, 4> odd_gaps{0, 1, 3, 5};

}  // namespace

std::vector<std::byte> packed(const std::vector<std::uint32_t>& elements, std::size_t element_bytes) {
  std::vector<std::byte> bytes(elements.size() * element_bytes);
  if (bytes.empty()) return bytes;
  if (element_bytes == 4) {
    std::memcpy(bytes.data(), elements.data(), bytes.size());
    return bytes;
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const auto half = static_cast<std::uint16_t>(elements[i]);
    std::memcpy(bytes.data() + 2 * i, &half, 2);
  }
  return bytes;
}

std::vector<std::uint32_t> unpacked(std::span<const std::byte> bytes, std::size_t element_bytes) {
  std::vector<std::uint32_t> elements(bytes.size() / element_bytes);
  if (elements.empty()) return elements;
  if (element_bytes == 4) {
    std::memcpy(elements.data(), bytes.data(), bytes.size());
    return elements;
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    std::uint16_t half = 0;
    std::memcpy(&half, bytes.data() + 2 * i, 2);
    elements[i] = half;
  }
  return elements;
}

TensorMemory::TensorMemory(Four shape, Layout layout, Strides strides, bool is_output, std::size_t element_bytes,
                           std::size_t alignment)
    : shape_(shape), element_bytes_(element_bytes) {
  const std::array<Axis, 4> order = order_of(layout);
  std::int64_t step = strides == Strides::spread ? 2 : 1;
  for (std::size_t from_inner = 0; from_inner < 4; ++from_inner) {
    const Axis axis = order[3 - from_inner];
    if (strides == Strides::padded) step += aligned_gaps[from_inner];
    if (strides == Strides::odd) step += odd_gaps[from_inner];
    strides_[axis] = step;
    step *= shape[axis];
  }
  if (!is_output && strides == Strides::reversed) {
    strides_[sequence] = -strides_[sequence];
    strides_[heads] = -strides_[heads];
  }
  if (!is_output && strides == Strides::broadcast) strides_[batch] = 0;

  std::int64_t low = 0;
  std::int64_t high = 0;
  bool empty = false;
  for (std::size_t axis = 0; axis < 4; ++axis) {
    empty = empty || shape[axis] == 0;
    const std::int64_t reach = (shape[axis] - 1) * strides_[axis];
    (reach < 0 ? low : high) += reach;
  }
  if (empty) return;
  const auto multiple = static_cast<std::int64_t>(std::max<std::size_t>(alignment / element_bytes, 1));
  origin_ = static_cast<std::size_t>((-low + multiple - 1) / multiple * multiple);
  elements_ = origin_ + static_cast<std::size_t>(high) + 1;
}

template <typename Visit>
void TensorMemory::for_each(const Visit& visit) const {
  std::size_t logical = 0;
  for (std::int64_t b = 0; b < shape_[batch]; ++b) {
    for (std::int64_t s = 0; s < shape_[sequence]; ++s) {
      for (std::int64_t h = 0; h < shape_[heads]; ++h) {
        std::int64_t at =
            static_cast<std::int64_t>(origin_) + b * strides_[batch] + s * strides_[sequence] + h * strides_[heads];
        for (std::int64_t d = 0; d < shape_[dim]; ++d, ++logical, at += strides_[dim]) {
          visit(logical, static_cast<std::size_t>(at));
        }
      }
    }
  }
}

bool TensorMemory::in_order() const {
  const std::array<std::size_t, 4> axes{dim, heads, sequence, batch};
  std::int64_t step = 1;
  for (std::size_t axis : axes) {
    if (shape_[axis] > 1 && strides_[axis] != step) return false;
    step *= shape_[axis];
  }
  return origin_ == 0;
}

std::vector<std::byte> TensorMemory::laid_out(const std::vector<std::uint32_t>& logical) const {
  if (in_order()) return packed(logical, element_bytes_);
  std::vector<std::byte> bytes(elements_ * element_bytes_);
  for_each([&](std::size_t from, std::size_t to) {
    std::memcpy(bytes.data() + to * element_bytes_, &logical[from], element_bytes_);  // little-endian
  });
  return bytes;
}

std::vector<std::uint32_t> TensorMemory::logical(std::span<const std::byte> bytes) const {
  if (in_order()) return unpacked(bytes, element_bytes_);
  std::vector<std::uint32_t> out(
      static_cast<std::size_t>(shape_[batch] * shape_[sequence] * shape_[heads] * shape_[dim]));
  for_each([&](std::size_t to, std::size_t from) {
    std::memcpy(&out[to], bytes.data() + from * element_bytes_, element_bytes_);
  });
  return out;
}

std::vector<bool> TensorMemory::gaps() const {
  if (in_order()) return {};
  std::vector<bool> gap(elements_, true);
  std::size_t own = 0;
  for_each([&](std::size_t, std::size_t at) {
    own += gap[at] ? 1U : 0U;
    gap[at] = false;
  });
  if (own == elements_) return {};
  return gap;
}

}  // namespace rope::conformance
