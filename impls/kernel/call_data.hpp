// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What only apply can see of a call: its pointers, and the numbers of its positions and sequences.
#pragma once

#include <cstdint>
#include <optional>

#include "impls/kernel/abi.hpp"
#include "impls/kernel/packed.hpp"
#include "impls/kernel/positions.hpp"
#include "impls/kernel/range.hpp"
#include "impls/kernel/refusal.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// `call` is one that refuse_call() accepts.
inline Refusal refuse_data(const rope_call& call) {
  const auto missing = [](const rope_tensor& t) { return !empty(t) && t.data == nullptr; };
  if (missing(call.q_in) || missing(call.q_out)) {
    return {ROPE_INVALID_ARGUMENT, "q_in and q_out must have data"};
  }
  if (present(call.k_in) && (missing(call.k_in) || missing(call.k_out))) {
    return {ROPE_INVALID_ARGUMENT, "k_in and k_out must have data where k is present"};
  }
  if (call.q_in.shape[0] == 0 || call.q_in.shape[1] == 0) {
    return {};  // no tokens: nothing below is read
  }
  if (call.positions.kind != ROPE_POSITIONS_OFFSET && call.positions.data == nullptr) {
    return {ROPE_INVALID_ARGUMENT, "positions must have data"};
  }
  if (call.positions.kind == ROPE_POSITIONS_AXES && call.positions.pair_axis == nullptr) {
    return {ROPE_INVALID_ARGUMENT, "pair_axis must have data with positions of several axes"};
  }
  return refuse_boundaries(call);
}

struct PositionOfToken {
  std::int64_t position, row, token;
};

/// The first position of a call that lies outside the range.
inline std::optional<PositionOfToken> position_outside(const rope_spec& spec, const rope_call& call) {
  const Range range = range_of(spec);
  const std::int64_t different = differ_by_pair(call.positions) ? spec.rotary_dim / 2 : 1;
  for (std::int64_t b = 0; b < call.q_in.shape[0]; ++b) {
    for (std::int64_t s = 0; s < call.q_in.shape[1]; ++s) {
      for (std::int64_t pair = 0; pair < different; ++pair) {
        if (const std::int64_t position = position_of(call, b, s, pair); !range.contains(position)) {
          return PositionOfToken{position, b, s};
        }
      }
    }
  }
  return std::nullopt;
}

}  // namespace rope::kernel
