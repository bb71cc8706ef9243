// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rotating whole tensors: tokens outside, heads inside, cos and sin made once for each token that needs new ones.
#pragma once

#include <cstdint>
#include <vector>

#include "impls/kernel/abi.hpp"
#include "impls/kernel/place.hpp"
#include "impls/kernel/turn_row.hpp"
#include "rope_impl.h"

namespace rope::kernel {

template <class Arithmetic, class Element>
void rotate_head(const rope_spec& spec, const TurnRow<Arithmetic, Element>& row, const HeadInMemory<Element>& head) {
  using Real = typename Arithmetic::Real;
  // A copy of its own, which no element that is written can alias.
  const RotaryPart part(spec);
  const auto rotate_pairs = [&](auto turn_of, Real scale) {
    for (std::int64_t pair = 0; pair < part.dim / 2; ++pair) {
      if constexpr (Arithmetic::out_of_range == ROPE_OUT_OF_RANGE_IDENTITY) {
        if (!row.is_inside(pair)) {
          Arithmetic::template move_pair<Arithmetic, Element>(head, part, pair);
          continue;
        }
      }
      Arithmetic::template rotate_pair<Arithmetic, Element>(head, part, pair, turn_of(pair), scale);
    }
  };
  const Real scale = Arithmetic::scale(spec, head.place);
  if (row.is_even() && scale == Real{1}) {
    // The usual case has a loop of its own, in which the compiler sees that nothing is scaled and that both elements of
    // a pair share cos and sin: half the time of the other one.
    rotate_pairs([&](std::int64_t pair) { return row[pair].evenly(); }, Real{1});
  } else {
    rotate_pairs([&](std::int64_t pair) { return row[pair]; }, scale);
  }
}

template <class Arithmetic, class Element>
void copy_what_does_not_rotate(const rope_spec& spec, const HeadInMemory<Element>& head) {
  const std::int64_t first = spec.dim_offset, end = first + spec.rotary_dim, head_dim = spec.head_dim;
  for (std::int64_t e = 0; e < first; ++e) {
    head.y(e) = Arithmetic::template pass_through<Element>(spec, head, e);
  }
  for (std::int64_t e = end; e < head_dim; ++e) {
    head.y(e) = Arithmetic::template pass_through<Element>(spec, head, e);
  }
}

/// q or k of a call, token by token.
template <class Arithmetic, class Element>
class TensorRotation {
  using Storage = typename Element::Storage;

 public:
  TensorRotation(const rope_spec& spec, const rope_call& call, bool is_query)
      : spec_(spec),
        call_(call),
        in_(is_query ? call.q_in : call.k_in),
        out_(is_query ? call.q_out : call.k_out),
        is_query_(is_query),
        in_place_(same_place(in_, out_)),
        // A pair's results would overwrite elements of pairs that have not been read.
        copies_head_(in_place_ && spec.pairing_in != spec.pairing_out),
        head_(copies_head_ ? spec.head_dim : 0) {}

  void rotate_token(TurnRow<Arithmetic, Element>& row, std::int64_t b, std::int64_t s) {
    Place place{call_, in_, is_query_, b, s, 0};
    for (; place.head < in_.shape[2]; ++place.head) {
      if (place.head == 0 || Arithmetic::heads_differ) {
        row.move_to(place);
      }
      const HeadInMemory<Element> head = in_memory(place);
      rotate_head(spec_, row, head);
      if (!in_place_) {
        copy_what_does_not_rotate<Arithmetic>(spec_, head);
      }
    }
  }

 private:
  HeadInMemory<Element> in_memory(const Place& place) {
    const Storage* const from = static_cast<const Storage*>(in_.data) + offset_of(in_, place);
    Storage* const to = static_cast<Storage*>(out_.data) + offset_of(out_, place);
    if (!copies_head_) {
      return {place, from, to, in_.strides[3], out_.strides[3]};
    }
    for (std::size_t e = 0; e < head_.size(); ++e) {
      head_[e] = from[static_cast<std::int64_t>(e) * in_.strides[3]];
    }
    return {place, head_.data(), to, 1, out_.strides[3]};
  }

  static std::int64_t offset_of(const rope_tensor& tensor, const Place& place) {
    return place.row * tensor.strides[0] + place.token * tensor.strides[1] + place.head * tensor.strides[2];
  }

  const rope_spec& spec_;
  const rope_call& call_;
  const rope_tensor& in_;
  const rope_tensor& out_;
  bool is_query_, in_place_, copies_head_;
  std::vector<Storage> head_;
};

/// q and, where present, k of a call that has been accepted and whose pointers are there.
template <class Arithmetic, class Element>
void rotate_call(const Model<typename Arithmetic::Frequency>& model, const rope_call& call) {
  TurnRow<Arithmetic, Element> row(model, call.direction);
  TensorRotation<Arithmetic, Element> q(model.spec, call, true), k(model.spec, call, false);
  const bool has_k = present(call.k_in);
  // Rows of a batch often share their positions, so they go innermost: one table row serves them all.
  for (std::int64_t s = 0; s < call.q_in.shape[1]; ++s) {
    for (std::int64_t b = 0; b < call.q_in.shape[0]; ++b) {
      q.rotate_token(row, b, s);
      if (has_k) {
        k.rotate_token(row, b, s);
      }
    }
  }
}

}  // namespace rope::kernel
