// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rotating whole tensors: tokens outside, heads inside, cos and sin made once for each token that needs new ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "impls/kernel/abi.hpp"
#include "impls/kernel/arithmetic.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// cos and sin of one position, as the rotation uses them; remade only when the position changes.
template <class Arithmetic, class Element>
class TableRow {
 public:
  using Real = typename Arithmetic::Real;

  TableRow(const std::vector<Real>& inv_freq, double attention_factor, rope_direction direction)
      : inv_freq_(inv_freq),
        attention_factor_(static_cast<Real>(attention_factor)),
        direction_(direction),
        cos_(inv_freq.size()),
        sin_(inv_freq.size()) {}

  void move_to(std::int64_t position) {
    if (filled_ && position == position_) {
      return;
    }
    for (std::size_t i = 0; i < inv_freq_.size(); ++i) {
      const Real angle = Arithmetic::angle(position, inv_freq_[i]);
      cos_[i] = Arithmetic::template table<Element>(Arithmetic::cos(angle, attention_factor_));
      const Real sin = Arithmetic::template table<Element>(Arithmetic::sin(angle, attention_factor_));
      sin_[i] = Arithmetic::sin_towards(direction_, sin);
    }
    position_ = position;
    filled_ = true;
  }

  Real cos(std::int64_t pair) const { return cos_[static_cast<std::size_t>(pair)]; }
  Real sin(std::int64_t pair) const { return sin_[static_cast<std::size_t>(pair)]; }

 private:
  const std::vector<Real>& inv_freq_;
  Real attention_factor_;
  rope_direction direction_;
  std::vector<Real> cos_, sin_;
  std::int64_t position_ = 0;
  bool filled_ = false;
};

/// All heads of one token.
template <class Arithmetic, class Element>
void rotate_token(const rope_spec& spec, const TableRow<Arithmetic, Element>& row, const rope_tensor& in,
                  const rope_tensor& out, std::int64_t b, std::int64_t s) {
  using Storage = typename Element::Storage;
  const std::int64_t rotary_dim = spec.rotary_dim, first = spec.dim_offset, pairs = rotary_dim / 2;
  const std::int64_t in_step = in.strides[3], out_step = out.strides[3];
  const Storage* from = static_cast<const Storage*>(in.data) + b * in.strides[0] + s * in.strides[1];
  Storage* to = static_cast<Storage*>(out.data) + b * out.strides[0] + s * out.strides[1];
  const bool in_place = same_place(in, out);

  for (std::int64_t head = 0; head < in.shape[2]; ++head) {
    const Storage* const x = from + head * in.strides[2];
    Storage* const y = to + head * out.strides[2];
    const HeadInMemory<Element> memory{x, y, in_step, out_step};
    for (std::int64_t pair = 0; pair < pairs; ++pair) {
      Arithmetic::template rotate_pair<Arithmetic, Element>(memory, spec, pair, row.cos(pair), row.sin(pair));
    }
    if (!in_place) {
      for (std::int64_t e = 0; e < first; ++e) {
        y[e * out_step] = Arithmetic::pass_through(x[e * in_step]);
      }
      for (std::int64_t e = first + rotary_dim; e < in.shape[3]; ++e) {
        y[e * out_step] = Arithmetic::pass_through(x[e * in_step]);
      }
    }
  }
}

/// q and, where present, k of a call that has been accepted and whose pointers are there.
template <class Arithmetic, class Element>
void rotate_call(const rope_spec& spec, const std::vector<typename Arithmetic::Real>& inv_freq, const rope_call& call) {
  TableRow<Arithmetic, Element> row(inv_freq, spec.attention_factor, call.direction);
  // Rows of a batch often share their positions, so they go innermost: one table row serves them all.
  for (std::int64_t s = 0; s < call.q_in.shape[1]; ++s) {
    for (std::int64_t b = 0; b < call.q_in.shape[0]; ++b) {
      row.move_to(Arithmetic::position(call.positions, b, s));
      rotate_token(spec, row, call.q_in, call.q_out, b, s);
      if (present(call.k_in)) {
        rotate_token(spec, row, call.k_in, call.k_out, b, s);
      }
    }
  }
}

}  // namespace rope::kernel
