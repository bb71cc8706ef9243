// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The work that bench cpu times: the shapes of calls, and the arrays that they are made on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rope_impl.h"

namespace rope::bench::cpu {

/// Llama 3's heads: 32 of q and 8 of k, 128 elements each, all of which rotate; base 500000.
inline constexpr std::int64_t q_heads = 32, k_heads = 8, head_dim = 128;
inline constexpr double base = 500000;
inline constexpr std::int64_t max_position = 131072;

struct Shape {
  std::string name;  ///< "prefill", "large", "decode"
  std::int64_t batch = 1, tokens = 1;
};

/// Throws std::invalid_argument where there is no such shape. "large" depends on the dtype and the last cache.
Shape shape_of(std::string_view name, rope_dtype dtype, std::int64_t cache_bytes);

std::size_t size_of(rope_dtype dtype);
const char* dtype_name(rope_dtype dtype);
const char* pairing_name(rope_pairing pairing);

/// q, then k, dense and bshd, as bytes that begin a page. Touched once, before the first round.
class Array {
 public:
  explicit Array(std::size_t bytes);
  char* data() const { return bytes_.get(); }

 private:
  struct Free {
    void operator()(char* bytes) const;
  };
  std::unique_ptr<char, Free> bytes_;
};

/// The arrays and positions of one shape and dtype.
struct Work {
  Shape shape;
  rope_dtype dtype;
  std::size_t q_bytes, bytes;  ///< of q; of q and k together
  Array in, out;
  std::vector<std::int64_t> positions;  ///< of each token of each row, none beyond max_position

  Work(const Shape& shape, rope_dtype dtype);

  /// Numbers in ±[1, 2), by place: what rotating does to them in place keeps their size.
  void fill(char* array) const;

  /// A forward call from one of the arrays to one of them.
  rope_call call(char* from, char* to) const;
};

rope_spec spec_of(rope_pairing pairing);

}  // namespace rope::bench::cpu
