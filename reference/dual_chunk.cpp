// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// With s = chunk_size - local_size, chunks of s tokens, and p and r the places of query and key:
//
//   k                        r mod s
//   q, key in its chunk      p mod s                          the true distance
//   q, in the one before     min(p mod s + s, chunk_size)     the true distance, or less where that is chunk_size
//   q, in an earlier one     min(2s - 1, chunk_size)          one position for all queries
//
// so nothing is rotated by more than min(2s - 1, chunk_size). Within the first s tokens all of it is plain RoPE. In
// sequences of L > L0 tokens scores are multiplied by 0.1 ln(L/L0) + 1, L0 = original_max_position.
//
// Sources: An et al., "Training-Free Long-Context Scaling of Large Language Models" (arXiv 2402.17463); vLLM,
// model_executor/layers/rotary_embedding/dual_chunk_rope.py (tables k, q, qc; the last query position is the last row
// of qc); sgl-project/sglang, its dual chunk backend (the factor, which multiplies keys). Qwen2.5-1M's files name the
// numbers dual_chunk_attention_config. Quirks: chunk_size itself is a position, so a table needs chunk_size + 1 rows.
// transformers 5 does not read the setting: it rotates by the plain positions, up to 1010000. vLLM has two more tables,
// for sparse attention, whose positions go on to 2s - 1 and chunk_size + s - 1; they choose keys, and rotate nothing
// that is attended.
#include "reference/dual_chunk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "reference/ball.hpp"
#include "reference/rounding.hpp"

namespace rope {
namespace {

constexpr std::int64_t limit = std::int64_t{1} << 40;

template <class Real>
std::optional<std::uint64_t> rounded(std::int64_t original, std::int64_t length) {
  const Ball<Real> tenth = exact_ball<Real>(1.0) / exact_ball<Real>(10.0);
  const Ball<Real> ratio = exact_ball<Real>(length) / exact_ball<Real>(original);
  return Ends(exact_ball<Real>(1.0) + tenth * log(ratio)).bits(DType::f64);
}

void require(bool good, const char* expected) {
  if (!good) throw std::invalid_argument(expected);
}

}  // namespace

std::optional<std::string> dual_chunk_problem(const DualChunk& chunks) {
  if (chunks.chunk_size < 1 || chunks.chunk_size > limit) {
    return fmt::format("chunk_size is {}; dual chunk attention takes 1 to 2^40", chunks.chunk_size);
  }
  if (chunks.local_size < 0 || chunks.local_size >= chunks.chunk_size) {
    return fmt::format("local_size is {}; dual chunk attention takes 0 to less than chunk_size, which is {}",
                       chunks.local_size, chunks.chunk_size);
  }
  if (chunks.original_max_position < 0 || chunks.original_max_position > limit) {
    return fmt::format("original_max_position is {}; dual chunk attention takes 0 to 2^40",
                       chunks.original_max_position);
  }
  return std::nullopt;
}

std::int64_t key_position(const DualChunk& chunks, std::int64_t position) {
  require(position >= 0, "expected a position of 0 or more");
  return position % chunks.stride();
}

std::int64_t query_position(const DualChunk& chunks, std::int64_t position, std::int64_t key) {
  require(key >= 0 && key <= position, "expected a key that is not behind its query");
  const std::int64_t stride = chunks.stride();
  const std::int64_t apart = position / stride - key / stride;
  const std::int64_t within = position % stride;
  if (apart == 0) return within;
  return std::min((apart == 1 ? within : stride - 1) + stride, chunks.chunk_size);
}

std::int64_t largest_position(const DualChunk& chunks, std::int64_t length) {
  require(length >= 1, "expected a length of 1 or more");
  const std::int64_t stride = chunks.stride(), last = length - 1;
  if (last < stride) return last;
  // Queries of the second chunk that are there, or of later ones, which have been through all of it.
  const std::int64_t furthest = last / stride == 1 ? last : 2 * stride - 1;
  return std::max(stride - 1, std::min(furthest, chunks.chunk_size));
}

double score_factor(const DualChunk& chunks, std::int64_t length) {
  require(length >= 1 && length <= limit, "expected a length of 1 to 2^40");
  const std::int64_t original = chunks.original_max_position;
  // Elsewhere the logarithm is of a rational number above 1, and no rational number itself.
  if (original == 0 || length <= original) return 1;
  if (const auto bits = rounded<Real191>(original, length)) return std::bit_cast<double>(*bits);
  return std::bit_cast<double>(rounded<Real1021>(original, length).value());
}

}  // namespace rope
