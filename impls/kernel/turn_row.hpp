// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// cos and sin of every pair where a call has arrived, made anew only for pairs whose position has changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "impls/kernel/place.hpp"
#include "impls/kernel/positions.hpp"
#include "impls/kernel/range.hpp"
#include "impls/kernel/turn.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// Of one call: whether positions differ by pair does not change.
template <class Arithmetic, class Element>
class TurnRow {
 public:
  using Real = typename Arithmetic::Real;
  using OwnModel = Model<typename Arithmetic::Frequency>;

  TurnRow(const OwnModel& model, rope_direction direction)
      : model_(model),
        range_(range_of(model.spec)),
        direction_(direction),
        turns_(model.spec.rotary_dim / 2),
        positions_(turns_.size()) {}

  void move_to(const Place& place) {
    const bool by_pair = differ_by_pair(place.call.positions);
    std::int64_t position = Arithmetic::position(place, 0);
    if (!by_pair && filled_ && position == positions_[0]) {
      return;
    }
    for (std::size_t i = 0; i < turns_.size(); ++i) {
      const auto pair = static_cast<std::int64_t>(i);
      if (by_pair && pair != 0) {
        position = Arithmetic::position(place, pair);
      }
      if (!filled_ || positions_[i] != position) {
        turns_[i] = turn(position, pair);
        positions_[i] = position;
      }
    }
    filled_ = true;
  }

  const Turn<Real>& operator[](std::int64_t pair) const { return turns_[static_cast<std::size_t>(pair)]; }
  /// Both elements of each pair share cos and sin.
  bool is_even() const { return model_.spec.angles.full_width == 0; }
  bool is_inside(std::int64_t pair) const { return range_.contains(positions_[static_cast<std::size_t>(pair)]); }

 private:
  Turn<Real> turn(std::int64_t position, std::int64_t pair) const {
    if constexpr (Arithmetic::out_of_range == ROPE_OUT_OF_RANGE_CLAMP) {
      position = range_.contains(position) ? position : Arithmetic::bring_inside(range_, position);
    }
    return Arithmetic::towards(direction_, Arithmetic::template turn<Arithmetic, Element>(model_, position, pair));
  }

  const OwnModel& model_;
  Range range_;
  rope_direction direction_;
  std::vector<Turn<Real>> turns_;
  std::vector<std::int64_t> positions_;
  bool filled_ = false;
};

}  // namespace rope::kernel
