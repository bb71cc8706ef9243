// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For the tests of the wrappers: one request with everything in it that rope_impl.h can hand over, and the rotation
// that it asks for in plain binary64.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <vector>

#include "impls/loaded_plugin.hpp"

namespace rope::impls {

/// A supplied matrix in some dtype, its rows `row_stride` apart.
class Matrix {
 public:
  Matrix() = default;
  template <class Value>
  Matrix(rope_dtype dtype, std::int64_t rows, std::int64_t columns, std::int64_t row_stride, Value value)
      : dtype_(dtype), rows_(rows), columns_(columns), row_stride_(row_stride), size_(size_of(dtype)) {
    bytes_.assign(static_cast<std::size_t>(rows * row_stride) * size_, 0xa5);
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < columns; ++c) {
        const double x = value(r, c);
        const std::uint32_t bits = dtype == ROPE_F64 ? 0 : Tensor::to_bits(dtype, x);
        std::memcpy(place(r, c), dtype == ROPE_F64 ? static_cast<const void*>(&x) : &bits, size_);
      }
    }
  }

  /// What is stored.
  double value(std::int64_t r, std::int64_t c) const {
    double x = 0;
    std::uint32_t bits = 0;
    std::memcpy(dtype_ == ROPE_F64 ? static_cast<void*>(&x) : &bits, const_cast<Matrix*>(this)->place(r, c), size_);
    return dtype_ == ROPE_F64 ? x : static_cast<double>(Tensor::to_value(dtype_, bits));
  }

  rope_matrix view() {
    if (dtype_ == 0) {
      return {};
    }
    return {sizeof(rope_matrix), dtype_, ROPE_HOST, 0, bytes_.data(), rows_, columns_, row_stride_, {}};
  }

 private:
  static std::size_t size_of(rope_dtype dtype) { return dtype == ROPE_F64 ? 8 : dtype == ROPE_F32 ? 4 : 2; }
  unsigned char* place(std::int64_t r, std::int64_t c) {
    return bytes_.data() + static_cast<std::size_t>(r * row_stride_ + c) * size_;
  }

  rope_dtype dtype_ = 0;
  std::int64_t rows_ = 0, columns_ = 0, row_stride_ = 0;
  std::size_t size_ = 0;
  std::vector<unsigned char> bytes_;
};

/// Which of the forms of a supplied matrix.
struct Form {
  rope_dtype dtype = ROPE_F32;
  bool joined = false, full_width = false;
  std::int64_t gap = 0;  ///< elements between the end of a row and the next
};

inline Tensor::Index dense_strides(rope_layout layout, Tensor::Index n) {
  switch (layout) {
    case ROPE_BHSD:
      return {n[2] * n[1] * n[3], n[3], n[1] * n[3], 1};
    case ROPE_SBHD:
      return {n[2] * n[3], n[0] * n[2] * n[3], n[3], 1};
    default:
      return Tensor::dense(n);
  }
}

struct Axes {
  rope_dtype dtype = ROPE_F32;
  rope_pairing pairing = ROPE_HALF_SPLIT;
  rope_direction direction = ROPE_FORWARD;
  rope_layout layout = ROPE_BSHD;
  rope_position_kind kind = ROPE_POSITIONS_OFFSET;
  rope_dtype position_dtype = ROPE_I64;
  rope_source source = ROPE_SOURCE_TABLES;
  rope_family family = ROPE_FAMILY_DEFAULT;
  std::uint32_t rotary_dim = 12;
  std::int64_t batch = 2;
  bool shared_rows = false;  ///< positions for each token: all rows have the same
  bool in_place = false;
  bool start_positions = true;  ///< where there is cu_seqlens
  Form form;
};

/// Owns all memory of a request. Packed sequences are the tokens 0 to 2, none, and 3 to 6.
class Request {
 public:
  static constexpr std::int64_t rows = 600, tokens = 7, head_dim = 16;
  static constexpr double attention_factor = 1.138629436111989;  // YaRN's for a factor of 4

  explicit Request(const Axes& a) : axes(a) {
    const std::int64_t b = a.layout == ROPE_THD ? 1 : a.batch;
    q = Tensor(a.dtype, {b, tokens, 3, head_dim}, dense_strides(a.layout, {b, tokens, 3, head_dim}));
    k = Tensor(a.dtype, {b, tokens, 2, head_dim}, dense_strides(a.layout, {b, tokens, 2, head_dim}));
    q.randomize(1), k.randomize(2);
    set_spec();
    set_positions();
    set_outputs();
  }

  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  /// The same elements with other strides, inputs and outputs alike.
  void restride(Tensor::Index q_strides, Tensor::Index k_strides) {
    q = q.with_strides(q_strides), k = k.with_strides(k_strides);
    set_outputs();
  }

  void set_outputs() {
    q_out = axes.in_place ? q : Tensor(q.dtype(), q.shape(), q.strides());
    k_out = axes.in_place ? k : Tensor(k.dtype(), k.shape(), k.strides());
  }

  rope_call call(bool with_data = true) {
    rope_call c =
        call_of(view(axes.in_place ? q_out : q, with_data), view(q_out, with_data), positions, axes.direction);
    c.k_in = view(axes.in_place ? k_out : k, with_data), c.k_out = view(k_out, with_data);
    if (packed()) {
      c.cu_seqlens = with_data ? cu_seqlens.data() : nullptr;
      c.cu_seqlens_count = static_cast<std::int64_t>(cu_seqlens.size());
      c.start_positions = with_data && axes.start_positions ? starts.data() : nullptr;
      c.has_start_positions = axes.start_positions ? 1 : 0;
    }
    if (!with_data) {
      c.positions.data = nullptr;
    }
    return c;
  }

  bool packed() const { return axes.layout == ROPE_THD && axes.kind == ROPE_POSITIONS_OFFSET; }

  /// The position of token s of row b, by the rules of rope_impl.h.
  std::int64_t position(std::int64_t b, std::int64_t s) const {
    switch (axes.kind) {
      case ROPE_POSITIONS_OFFSET:
        if (!packed()) {
          return positions.offset + s;
        }
        return positions.offset + (axes.start_positions ? starts[s < 3 ? 0 : 2] : 0) + (s < 3 ? s : s - 3);
      case ROPE_POSITIONS_BATCH_OFFSET:
        return row_offsets[static_cast<std::size_t>(b)] + s;
      default:
        return listed[static_cast<std::size_t>(b * positions.batch_stride + s)];
    }
  }

  double inv_freq(std::int64_t i) const {
    const rope_parametric& p = spec.angles.parametric;
    const double plain = std::pow(base, -2.0 * static_cast<double>(i) / axes.rotary_dim);
    if (axes.family == ROPE_FAMILY_LINEAR) {
      return plain / p.factor;
    }
    if (axes.family != ROPE_FAMILY_LLAMA3) {
      return plain;
    }
    const double turns = static_cast<double>(p.original_max_position) * plain / (2 * std::numbers::pi);
    const double t = (turns - p.low_freq_factor) / (p.high_freq_factor - p.low_freq_factor);
    return t < 0 ? plain / p.factor : t > 1 ? plain : (1 - t) * plain / p.factor + t * plain;
  }

  struct Turn {
    double cos, sin;
  };
  /// What the request says that pair i turns by at a position: the stored numbers where there are some.
  Turn turn(std::int64_t position, std::int64_t i) const {
    if (axes.source == ROPE_SOURCE_TABLES) {
      const std::int64_t pairs = axes.rotary_dim / 2;
      const std::int64_t column = !axes.form.full_width ? i : axes.pairing == ROPE_INTERLEAVED ? 2 * i : i;
      const std::int64_t width = axes.form.full_width ? 2 * pairs : pairs;
      return {first.value(position, column),
              axes.form.joined ? first.value(position, width + column) : second.value(position, column)};
    }
    const double angle =
        axes.source == ROPE_SOURCE_ANGLES ? first.value(position, i) : static_cast<double>(position) * inv_freq(i);
    return {spec.attention_factor * std::cos(angle), spec.attention_factor * std::sin(angle)};
  }

  static rope_tensor with_layout(rope_tensor t, rope_layout layout) {
    t.layout = layout;
    return t;
  }

  static constexpr double base = 10000;
  Axes axes;
  rope_spec spec{};
  rope_positions positions{};
  Matrix first, second;
  Tensor q{ROPE_F32, {1, 1, 1, 2}}, k = q, q_out = q, k_out = q;
  std::vector<std::int32_t> cu_seqlens{0, 3, 3, 7};
  std::vector<std::int64_t> starts{100, 400, 250};
  std::vector<std::int64_t> listed{0, 1, 2, 257, 3, 599, 17, 5, 6, 7, 8, 9, 300, 0};
  std::vector<std::int64_t> row_offsets{41, 7};

 private:
  rope_tensor view(Tensor& t, bool with_data) { return with_layout(t.view(with_data), axes.layout); }

  void set_spec() {
    spec = usual_spec(axes.pairing);
    spec.head_dim = head_dim;
    spec.rotary_dim = axes.rotary_dim;
    spec.max_position = rows;
    spec.attention_factor = axes.source == ROPE_SOURCE_TABLES ? 1 : attention_factor;
    spec.angles.source = axes.source;
    if (axes.source == ROPE_SOURCE_PARAMETRIC) {
      if (axes.family == ROPE_FAMILY_LLAMA3) {
        scale_as_llama3(spec);
        spec.angles.parametric.original_max_position = 256;  // so that all three bands occur
      }
      spec.angles.parametric.family = axes.family;
      spec.angles.parametric.base = base;
      spec.angles.parametric.factor = axes.family == ROPE_FAMILY_DEFAULT ? 0 : 8;
      return;
    }
    spec.angles.parametric = rope_parametric{};
    const std::int64_t pairs = axes.rotary_dim / 2, width = axes.form.full_width ? 2 * pairs : pairs;
    const auto entry = [&](std::int64_t position, std::int64_t column, bool cos) {
      const std::int64_t i = !axes.form.full_width              ? column
                             : axes.pairing == ROPE_INTERLEAVED ? column / 2
                                                                : column % pairs;
      const double angle = static_cast<double>(position) * inv_freq(i);
      return attention_factor * (cos ? std::cos(angle) : std::sin(angle));
    };
    if (axes.source == ROPE_SOURCE_ANGLES) {
      first = Matrix(axes.form.dtype, rows, pairs, pairs + axes.form.gap,
                     [&](auto r, auto c) { return static_cast<double>(r) * inv_freq(c); });
    } else if (axes.form.joined) {
      first = Matrix(axes.form.dtype, rows, 2 * width, 2 * width + axes.form.gap,
                     [&](auto r, auto c) { return entry(r, c % width, c < width); });
    } else {
      first = Matrix(axes.form.dtype, rows, width, width + axes.form.gap,
                     [&](auto r, auto c) { return entry(r, c, true); });
      second = Matrix(axes.form.dtype, rows, width, width + axes.form.gap,
                      [&](auto r, auto c) { return entry(r, c, false); });
    }
    spec.angles.first = first.view(), spec.angles.second = second.view();
    spec.angles.full_width = axes.source == ROPE_SOURCE_TABLES && axes.form.full_width ? 1 : 0;
  }

  void set_positions() {
    positions = token_positions({});
    positions.kind = axes.kind;
    positions.dtype = axes.position_dtype;
    positions.token_stride = 0;
    positions.data = nullptr;
    if (axes.kind == ROPE_POSITIONS_OFFSET) {
      positions.offset = 23;
      positions.dtype = 0;
      return;
    }
    if (axes.kind == ROPE_POSITIONS_TOKEN) {
      positions.token_stride = 1;
      positions.batch_stride = axes.shared_rows || axes.layout == ROPE_THD ? 0 : tokens;
    }
    const std::vector<std::int64_t>& wide = axes.kind == ROPE_POSITIONS_TOKEN ? listed : row_offsets;
    narrow_.assign(wide.begin(), wide.end());
    positions.data = axes.position_dtype == ROPE_I32 ? static_cast<const void*>(narrow_.data()) : wide.data();
  }

  std::vector<std::int32_t> narrow_;
};

}  // namespace rope::impls
