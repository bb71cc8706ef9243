// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading what a caller passes through rope_impl.h: only as many bytes as its struct_size says there are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "rope_impl.h"

namespace rope::kernel {

/// A copy of the caller's struct with every field beyond its struct_size zero.
template <class Struct>
Struct read(const Struct& given) {
  Struct copy;
  std::memset(&copy, 0, sizeof(copy));
  std::memcpy(&copy, &given, std::min<std::size_t>(given.struct_size, sizeof(copy)));
  return copy;
}

inline rope_spec read_spec(const rope_spec& given) {
  rope_spec spec = read(given);
  spec.angles = read(spec.angles);
  spec.angles.parametric = read(spec.angles.parametric);
  spec.angles.first = read(spec.angles.first);
  spec.angles.second = read(spec.angles.second);
  return spec;
}

inline rope_call read_call(const rope_call& given) {
  rope_call call = read(given);
  call.q_in = read(call.q_in);
  call.q_out = read(call.q_out);
  call.k_in = read(call.k_in);
  call.k_out = read(call.k_out);
  call.positions = read(call.positions);
  return call;
}

/// Whether an answer to query fits: every field of the first header of ABI 1, which later ones only add to.
inline bool can_hold_answer(const rope_query_result* result) {
  return result != nullptr &&
         result->struct_size >= offsetof(rope_query_result, workspace_size) + sizeof(result->workspace_size);
}

inline bool present(const rope_tensor& tensor) {
  return tensor.dtype != 0;
}

inline bool empty(const rope_tensor& tensor) {
  return std::any_of(std::begin(tensor.shape), std::end(tensor.shape), [](std::int64_t n) { return n == 0; });
}

inline bool same_shape(const rope_tensor& a, const rope_tensor& b) {
  return std::equal(std::begin(a.shape), std::end(a.shape), std::begin(b.shape));
}

inline bool same_place(const rope_tensor& a, const rope_tensor& b) {
  return a.data == b.data && std::equal(std::begin(a.strides), std::end(a.strides), std::begin(b.strides));
}

}  // namespace rope::kernel
