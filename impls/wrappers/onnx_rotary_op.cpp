// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// The rotation behind onnx_rotary_op.hpp: both ranks are the same loop with other strides.
#include "onnx_rotary_op.hpp"

#include <algorithm>
#include <stdexcept>

namespace onnx_rotary {
namespace {

using wrappers::load;
using wrappers::store;

struct Axes {
  std::int64_t batch, sequence, heads, head, rotary, batch_stride, sequence_stride, head_stride;
};

Axes axes_of(const Attributes& attributes, const Shape& shape) {
  const std::int64_t* n = shape.sizes;
  const bool flat = shape.rank == 3;
  if (flat ? attributes.num_heads <= 0 || n[2] % attributes.num_heads != 0 : shape.rank != 4) {
    throw std::invalid_argument("X must have 4 axes, or 3 with num_heads a divisor of the last");
  }
  Axes a{};
  a.batch = n[0], a.sequence = flat ? n[1] : n[2];
  a.heads = flat ? attributes.num_heads : n[1], a.head = flat ? n[2] / a.heads : n[3];
  a.rotary = attributes.rotary_embedding_dim != 0 ? attributes.rotary_embedding_dim : a.head;
  if (a.rotary < 0 || a.rotary > a.head || a.rotary % 2 != 0) {
    throw std::invalid_argument("rotary_embedding_dim must be even and at most the head");
  }
  a.batch_stride = a.sequence * a.heads * a.head;
  a.sequence_stride = flat ? a.heads * a.head : a.head;
  a.head_stride = flat ? a.head : a.sequence * a.head;
  return a;
}

template <class T>
void rotate_head(const T* x, const T* cos, const T* sin, T* y, const Axes& a, bool interleaved) {
  const std::int64_t pairs = a.rotary / 2;
  for (std::int64_t i = 0; i < pairs; ++i) {
    const std::int64_t real = interleaved ? 2 * i : i, imaginary = interleaved ? 2 * i + 1 : i + pairs;
    const float c = load(cos[i]), s = load(sin[i]), re = load(x[real]), im = load(x[imaginary]);
    store(y[real], c * re - s * im);
    store(y[imaginary], s * re + c * im);
  }
  std::copy(x + a.rotary, x + a.head, y + a.rotary);
}

}  // namespace

void rotary_embedding(const Attributes& attributes, Element type, const Shape& shape, const void* X,
                      const Caches& caches, void* Y) {
  const Axes a = axes_of(attributes, shape);
  const std::int64_t* ids = caches.position_ids;
  if (ids &&
      std::any_of(ids, ids + a.batch * a.sequence, [&](auto id) { return id < 0 || id >= caches.max_position; })) {
    throw std::out_of_range("position_ids must be rows of the caches");
  }
  wrappers::with_type_of(type, [&](auto element) {
    using T = decltype(element);
    for (std::int64_t token = 0; token < a.batch * a.sequence; ++token) {
      const std::int64_t row = (ids ? ids[token] : token) * (a.rotary / 2);
      const std::int64_t place = token / a.sequence * a.batch_stride + token % a.sequence * a.sequence_stride;
      for (std::int64_t h = 0; h < a.heads; ++h) {
        rotate_head(static_cast<const T*>(X) + place + h * a.head_stride, static_cast<const T*>(caches.cos) + row,
                    static_cast<const T*>(caches.sin) + row, static_cast<T*>(Y) + place + h * a.head_stride, a,
                    attributes.interleaved);
      }
    }
  });
}

}  // namespace onnx_rotary
