// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Inputs are a hash of their place, so that every method and every run has the same.
#include "conformance/bench/work.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

namespace rope::bench::kernels {
namespace {

constexpr std::size_t page = 4096;
constexpr std::int64_t heads = q_heads + k_heads;

rope_tensor tensor(const Shape& shape, rope_dtype dtype, std::int64_t of_heads, char* data) {
  rope_tensor t{};
  t.struct_size = sizeof t;
  t.dtype = dtype;
  t.layout = ROPE_BSHD;
  t.data = data;
  const std::int64_t axes[4] = {shape.batch, shape.tokens, of_heads, head_dim};
  std::copy(std::begin(axes), std::end(axes), t.shape);
  t.strides[3] = 1;
  for (int axis = 2; axis >= 0; --axis) t.strides[axis] = t.strides[axis + 1] * axes[axis + 1];
  return t;
}

}  // namespace

Shape shape_of(std::string_view name, rope_dtype dtype, std::int64_t cache_bytes) {
  if (name == "prefill") return {"prefill", 1, 4096};
  if (name == "decode") return {"decode", 64, 1};
  if (name == "large") {
    constexpr std::int64_t unknown = std::int64_t{32} << 20;
    const std::int64_t wanted = 4 * (cache_bytes > 0 ? cache_bytes : unknown);
    const std::int64_t token = heads * head_dim * static_cast<std::int64_t>(size_of(dtype));
    return {"large", 1, std::min((wanted + token - 1) / token, max_position)};
  }
  if (name == "long") return {"long", 1, last_position};
  throw std::invalid_argument("no shape is called " + std::string(name));
}

std::size_t size_of(rope_dtype dtype) {
  return dtype == ROPE_F32 ? 4 : 2;
}

const char* dtype_name(rope_dtype dtype) {
  return dtype == ROPE_F32 ? "fp32" : dtype == ROPE_F16 ? "fp16" : "bf16";
}

const char* pairing_name(rope_pairing pairing) {
  return pairing == ROPE_HALF_SPLIT ? "half-split" : "interleaved";
}

Array::Array(std::size_t bytes)
    : bytes_(static_cast<char*>(std::aligned_alloc(page, (bytes + page - 1) / page * page))) {
  if (bytes_ == nullptr) throw std::bad_alloc();
  std::memset(bytes_.get(), 0, bytes);
}

void Array::Free::operator()(char* bytes) const {
  std::free(bytes);
}

Work::Work(const Shape& of, rope_dtype type, std::int64_t most_held)
    : shape(of),
      dtype(type),
      q_bytes(static_cast<std::size_t>(of.batch * of.tokens * q_heads * head_dim) * size_of(type)),
      bytes(q_bytes / q_heads * heads),
      held_tokens(most_held > 0 ? std::min(of.batch * of.tokens, most_held) : of.batch * of.tokens),
      in(bytes / static_cast<std::size_t>(of.batch * of.tokens) * static_cast<std::size_t>(held_tokens)) {
  for (std::int64_t b = 0; b < shape.batch; ++b) {
    // Rows of a decoding batch are at positions of their own.
    for (std::int64_t s = 0; s < shape.tokens; ++s) positions.push_back(b * 1543 % 100'000 + s);
  }
  const std::size_t size = size_of(dtype), count = static_cast<std::size_t>(held_tokens * heads * head_dim);
  for (std::size_t i = 0; i < count; ++i) {
    const auto hash = static_cast<std::uint32_t>(i * 0x9E3779B97F4A7C15U >> 32);
    const std::uint32_t sign = hash >> 31;
    const std::uint32_t bits = dtype == ROPE_F32   ? sign << 31 | 0x3f800000U | (hash & 0x7fffffU)
                               : dtype == ROPE_F16 ? sign << 15 | 0x3c00U | (hash & 0x3ffU)
                                                   : sign << 15 | 0x3f80U | (hash & 0x7fU);
    std::memcpy(in.data() + i * size, &bits, size);
  }
}

std::vector<std::int64_t> Work::sampled_tokens() const {
  constexpr std::int64_t most = 32;
  const std::int64_t all = tokens(), some = std::min(all, most);
  std::vector<std::int64_t> out;
  for (std::int64_t n = 0; n < some; ++n) out.push_back(some == 1 ? 0 : n * (all - 1) / (some - 1));
  return out;
}

std::vector<char> Work::rows_of(const char* array, std::int64_t held) const {
  const std::size_t q_row = q_row_bytes(), k_row = k_row_bytes();
  std::vector<char> out;
  for (const std::int64_t token : sampled_tokens()) {
    const char* const q = array + static_cast<std::size_t>(token % held) * q_row;
    const char* const k =
        array + static_cast<std::size_t>(held) * q_row + static_cast<std::size_t>(token % held) * k_row;
    out.insert(out.end(), q, q + q_row);
    out.insert(out.end(), k, k + k_row);
  }
  return out;
}

rope_call Work::call(char* from, char* to, const std::int64_t* at) const {
  rope_call c{};
  c.struct_size = sizeof c;
  c.direction = ROPE_FORWARD;
  c.q_in = tensor(shape, dtype, q_heads, from);
  c.q_out = tensor(shape, dtype, q_heads, to);
  c.k_in = tensor(shape, dtype, k_heads, from + q_bytes);
  c.k_out = tensor(shape, dtype, k_heads, to + q_bytes);
  c.in_place = from == to ? 1 : 0;
  c.positions.struct_size = sizeof c.positions;
  c.positions.kind = ROPE_POSITIONS_TOKEN;
  c.positions.dtype = ROPE_I64;
  c.positions.data = at == nullptr ? positions.data() : at;
  c.positions.batch_stride = shape.tokens;
  c.positions.token_stride = 1;
  if (at != nullptr) {
    for (rope_tensor* const t : {&c.q_in, &c.q_out, &c.k_in, &c.k_out}) t->memory = ROPE_DEVICE;
    c.positions.memory = ROPE_DEVICE;
  }
  return c;
}

rope_spec spec_of(const Shape& shape, rope_pairing pairing) {
  rope_spec spec{};
  spec.struct_size = sizeof spec;
  spec.head_dim = spec.rotary_dim = head_dim;
  spec.pairing_in = spec.pairing_out = pairing;
  spec.attention_factor = spec.query_scale = 1;
  spec.max_position = std::max(max_position, shape.tokens);
  spec.angles.struct_size = sizeof spec.angles;
  spec.angles.source = ROPE_SOURCE_PARAMETRIC;
  spec.angles.parametric.struct_size = sizeof spec.angles.parametric;
  spec.angles.parametric.family = ROPE_FAMILY_DEFAULT;
  spec.angles.parametric.base = base;
  return spec;
}

}  // namespace rope::bench::kernels
