// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Dual chunk attention: by which positions queries and keys are rotated where a sequence is cut into chunks. Formula
// and sources in dual_chunk.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rope {

struct DualChunk {
  std::int64_t chunk_size = 0;             ///< the longest distance that is kept apart
  std::int64_t local_size = 0;             ///< chunks begin this much earlier than one chunk_size behind the other
  std::int64_t original_max_position = 0;  ///< of the factor on scores; 0: there is none

  std::int64_t stride() const { return chunk_size - local_size; }
  friend bool operator==(const DualChunk&, const DualChunk&) = default;
};

/// Nothing where they go together; otherwise one sentence, as problem(spec).
std::optional<std::string> dual_chunk_problem(const DualChunk& chunks);

/// What a key at `position` (0 or more) is rotated by.
std::int64_t key_position(const DualChunk& chunks, std::int64_t position);

/// What a query at `position` is rotated by where it meets a key at `key`, which is not behind it: 0 <= key <=
/// position.
std::int64_t query_position(const DualChunk& chunks, std::int64_t position, std::int64_t key);

/// The largest position that anything is rotated by in a sequence of `length` tokens, 1 or more.
std::int64_t largest_position(const DualChunk& chunks, std::int64_t length);

/// What scores are multiplied by in a sequence of `length` tokens, 1 to 2^40, correctly rounded binary64.
double score_factor(const DualChunk& chunks, std::int64_t length);

}  // namespace rope
