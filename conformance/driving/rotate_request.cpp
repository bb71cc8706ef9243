// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Sizes that follow from each other.
#include "conformance/driving/rotate_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace rope::conformance {
namespace {

template <class Elements>
void require_elements(const char* tensor, const Elements& elements, std::size_t tokens, int heads, int head_dim) {
  const std::size_t expected = tokens * static_cast<std::size_t>(heads) * static_cast<std::size_t>(head_dim);
  if (elements.size() != expected) {
    throw std::invalid_argument(fmt::format("rotate: {} has {} elements, expected {} tokens x {} heads x {} = {}",
                                            tensor, elements.size(), tokens, heads, head_dim, expected));
  }
}

}  // namespace

std::size_t RotateRequest::axes() const {
  return pair_axis.empty() ? 1 : *std::max_element(pair_axis.begin(), pair_axis.end()) + std::size_t{1};
}

std::size_t RotateRequest::tokens() const {
  return positions.size() / (static_cast<std::size_t>(batch) * axes());
}

void require_valid(const RotateRequest& request) {
  if (const auto wrong = problem(request.spec)) throw std::invalid_argument("rotate: " + *wrong);
  if (format(request.dtype).bytes > 4) throw std::invalid_argument("rotate: tensors are fp32, fp16 or bf16");
  if (request.q_heads < 1 || request.k_heads < 0) {
    throw std::invalid_argument("rotate: q_heads is at least 1 and k_heads at least 0");
  }
  if (request.batch < 1) throw std::invalid_argument("rotate: batch is at least 1");
  const std::size_t all = request.tokens() * static_cast<std::size_t>(request.batch);
  require_elements("q", request.q, all, request.q_heads, request.spec.head_dim);
  require_elements("k", request.k, all, request.k_heads, request.spec.head_dim);
  if (request.positions.size() % (static_cast<std::size_t>(request.batch) * request.axes()) != 0) {
    throw std::invalid_argument("rotate: positions are [axes][batch][tokens]");
  }
  if (!request.pair_axis.empty() && request.pair_axis.size() != static_cast<std::size_t>(request.spec.pairs())) {
    throw std::invalid_argument("rotate: pair_axis has one axis for each pair");
  }
  if (request.handle < 0 || request.handle > largest_handle || request.threads < 0 ||
      request.threads > largest_handle) {
    throw std::invalid_argument("rotate: handles and threads are 0 to 7");
  }
  if (request.threads > 0 && (request.handle != 0 || request.arrangement.own_stream || !request.sequences.empty())) {
    throw std::invalid_argument("rotate: calls at once are on handles of their own and the default stream, unpacked");
  }
  if (request.sequences.empty()) return;
  std::int64_t tokens = 0;
  for (const std::int64_t length : request.sequences) tokens += length;
  if (request.batch != 1 || tokens != static_cast<std::int64_t>(request.tokens()) || !request.pair_axis.empty()) {
    throw std::invalid_argument("rotate: sequences are all tokens of one row, with one position each");
  }
}

}  // namespace rope::conformance
