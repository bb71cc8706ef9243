// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One head of one token: where it stands in a call, and where its elements lie.
#pragma once

#include <cstdint>

#include "rope_impl.h"

namespace rope::kernel {

struct Place {
  const rope_call& call;
  const rope_tensor& in;  ///< q_in or k_in
  bool is_query;
  std::int64_t row, token, head;
};

/// Which elements of a head rotate, before and after.
struct RotaryPart {
  rope_pairing pairing_in, pairing_out;
  std::int64_t first, dim;

  explicit RotaryPart(const rope_spec& spec)
      : pairing_in(spec.pairing_in), pairing_out(spec.pairing_out), first(spec.dim_offset), dim(spec.rotary_dim) {}
};

/// from and to may be the same memory (in place).
template <class Element>
struct HeadInMemory {
  const Place& place;
  const typename Element::Storage* from;
  typename Element::Storage* to;
  std::int64_t in_step, out_step;

  typename Element::Storage bits(std::int64_t element) const { return from[element * in_step]; }
  float x(std::int64_t element) const { return Element::value(bits(element)); }
  typename Element::Storage& y(std::int64_t element) const { return to[element * out_step]; }
};

}  // namespace rope::kernel
