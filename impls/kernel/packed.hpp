// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Packed sequences: which sequence a token belongs to, and whether cu_seqlens is what rope_impl.h says it is.
#pragma once

#include <algorithm>
#include <cstdint>

#include "impls/kernel/host_device.hpp"
#include "impls/kernel/refusal.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// The count is there in query, too, where the pointer is not.
ROPE_HD inline bool is_packed(const rope_call& call) {
  return call.cu_seqlens_count != 0;
}

struct PlaceInSequence {
  std::int64_t sequence;
  std::int64_t index;  ///< 0 for the sequence's first token
};

/// Without cu_seqlens the tokens of a call are one sequence. On a device nobody has looked at the numbers before:
/// whatever they are, the sequence is one of those that the count says there are.
ROPE_HD inline PlaceInSequence place_in_sequence(const rope_call& call, std::int64_t token) {
  if (!is_packed(call)) {
    return {0, token};
  }
  const auto* const begin = static_cast<const std::int32_t*>(call.cu_seqlens);
  // Of the sequences that begin here or before, the last: those between that begin here, too, are empty.
  const auto* const next = std::upper_bound(begin, begin + call.cu_seqlens_count, token);
  const std::int64_t found = next - begin - 1, last = call.cu_seqlens_count - 2;
  const std::int64_t sequence = found < 0 || last < 0 ? 0 : found < last ? found : last;
  return {sequence, token - begin[sequence]};
}

ROPE_HD inline std::int64_t start_of_sequence(const rope_call& call, std::int64_t sequence) {
  return call.start_positions == nullptr ? 0 : static_cast<const std::int64_t*>(call.start_positions)[sequence];
}

/// The numbers of a packed call, of which query sees only how many there are.
inline Refusal refuse_boundaries(const rope_call& call) {
  const std::int64_t tokens = call.q_in.shape[1];
  if (!is_packed(call)) {
    return {};
  }
  if (call.cu_seqlens == nullptr) {
    return {ROPE_INVALID_ARGUMENT, "cu_seqlens must have data where cu_seqlens_count is not 0"};
  }
  const auto* const begin = static_cast<const std::int32_t*>(call.cu_seqlens);
  const auto* const end = begin + call.cu_seqlens_count;
  if (*begin != 0) {
    return {ROPE_INVALID_ARGUMENT, "cu_seqlens must begin with 0"};
  }
  if (!std::is_sorted(begin, end)) {
    return {ROPE_INVALID_ARGUMENT, "cu_seqlens must not fall: a sequence cannot end before it begins"};
  }
  if (end[-1] != tokens) {
    return {ROPE_INVALID_ARGUMENT, "cu_seqlens must end with the number of tokens"};
  }
  return {};
}

}  // namespace rope::kernel
