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

namespace rope::bench::kernels {

/// Llama 3's heads: 32 of q and 8 of k, 128 elements each, all of which rotate; base 500000.
inline constexpr std::int64_t q_heads = 32, k_heads = 8, head_dim = 128;
inline constexpr double base = 500000;
inline constexpr std::int64_t max_position = 131072;                  ///< what the spec of a call says
inline constexpr std::int64_t last_position = std::int64_t{1} << 20;  ///< that any shape has

struct Shape {
  std::string name;  ///< "prefill", "large", "decode"; on a GPU "long" in place of "large"
  std::int64_t batch = 1, tokens = 1;
};

/// Throws std::invalid_argument where there is no such shape. "large" depends on the dtype and the last cache.
Shape shape_of(std::string_view name, rope_dtype dtype, std::int64_t cache_bytes);

std::size_t size_of(rope_dtype dtype);
const char* dtype_name(rope_dtype dtype);
const char* pairing_name(rope_pairing pairing);

/// Bytes that begin a page. Touched once, before the first round.
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

/// The inputs and positions of one shape and dtype, in the memory of the host.
struct Work {
  Shape shape;
  rope_dtype dtype;
  std::size_t q_bytes, bytes;           ///< of q; of q and k together: all tokens
  std::int64_t held_tokens;             ///< that `in` has; later tokens are those again, from the first
  Array in;                             ///< q, then k, of the tokens held: numbers in ±[1, 2), by place
  std::vector<std::int64_t> positions;  ///< of each token of each row

  /// Holds all tokens, or `most_held` of one row.
  Work(const Shape& shape, rope_dtype dtype, std::int64_t most_held = 0);

  std::int64_t tokens() const { return shape.batch * shape.tokens; }
  std::size_t q_row_bytes() const { return q_bytes / static_cast<std::size_t>(tokens()); }
  std::size_t k_row_bytes() const { return (bytes - q_bytes) / static_cast<std::size_t>(tokens()); }

  /// Whose outputs are looked at: 32 at most, spread over all.
  std::vector<std::int64_t> sampled_tokens() const;
  /// Of each of them what q has, then what k has.
  std::vector<char> input_rows() const { return rows_of(in.data(), held_tokens); }
  /// The same out of an array that is q, then k, of `held` tokens.
  std::vector<char> rows_of(const char* array, std::int64_t held) const;

  /// A forward call from one array of all tokens to one: in the host's memory, or, where `at` is where positions lie on
  /// a device, in the device's.
  rope_call call(char* from, char* to, const std::int64_t* at = nullptr) const;
};

/// max_position: beyond every position of the shape.
rope_spec spec_of(const Shape& shape, rope_pairing pairing);

}  // namespace rope::bench::kernels
