// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// cos and sin of every pair of a token, once for all heads of q and k, in the form that the loops read.
//
// A position p = 16 n + j, j < 16, has e^(ipf) = e^(i 16n f) e^(ij f): tokens that follow each other share the first
// factor, and the second has 16 values. What comes out depends on p alone, never on where a call or a thread begins.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "impls/cpu/fused/kernels.hpp"
#include "impls/kernel/arithmetic.hpp"
#include "impls/kernel/positions.hpp"
#include "impls/kernel/source.hpp"
#include "impls/kernel/turn.hpp"
#include "rope_impl.h"

namespace rope::fused {

inline std::size_t row_of(const rope_spec& spec) {
  const std::size_t pairs = spec.rotary_dim / 2;
  return (pairs + row_step - 1) / row_step * row_step;
}

/// cos and sin of a row of angles, also of those that the loops do not take.
class CosSinRow {
 public:
  explicit CosSinRow(std::size_t row) : cos_(row, 1.0), sin_(row, 0.0) {}

  void set(const Kernels& kernels, const std::vector<double>& angles) {
    if (kernels.cos_sin(angles.data(), angles.size(), cos_.data(), sin_.data())) return;
    for (std::size_t i = 0; i < angles.size(); ++i) {
      if (std::fabs(angles[i]) <= 0x1p20) continue;
      cos_[i] = std::cos(angles[i]);
      sin_[i] = std::sin(angles[i]);
      if (cos_[i] != cos_[i]) cos_[i] = sin_[i] = std::numeric_limits<double>::quiet_NaN();
    }
  }

  const double* cos() const { return cos_.data(); }
  const double* sin() const { return sin_.data(); }

 private:
  std::vector<double> cos_, sin_;
};

/// `Number` is double for fp32 tensors and float for 16 bits. Of one thread and one call.
template <class Number>
class Turns {
 public:
  static std::size_t numbers_per_token(const rope_spec& spec) { return 4 * row_of(spec); }

  /// `all`: c1 and s1 are wanted, too, where they are c0 and s0. May throw.
  Turns(const Kernels& kernels, const kernel::Model<double>& model, const rope_call& call, bool by_element, bool all)
      : kernels_(kernels),
        model_(model),
        call_(call),
        pairs_(model.spec.rotary_dim / 2),
        row_(row_of(model.spec)),
        by_element_(by_element),
        all_(all),
        angles_(row_, 0.0),
        none_(row_),
        coarse_(row_),
        fine_(row_),
        looked_up_(by_element && is_supplied() ? 4 * row_ : 0) {}

  std::size_t row() const { return row_; }

  /// Whether both tokens have the same turns.
  bool same(std::int64_t b, std::int64_t s, std::int64_t other_b, std::int64_t other_s) const {
    return !kernel::differ_by_pair(call_.positions) &&
           kernel::position_of(call_, b, s, 0) == kernel::position_of(call_, other_b, other_s, 0);
  }

  /// Writes the turns of token s of row b. Whether they are even: c0 = c1 and s0 = s1. May throw.
  bool write(std::int64_t b, std::int64_t s, Number* to) {
    if (is_supplied()) return look_up(b, s, to);
    if (model_.spec.angles.source == ROPE_SOURCE_ANGLES) {
      find_angles([&](std::size_t i) {
        const auto pair = static_cast<std::int64_t>(i);
        return kernel::value(model_.spec.angles.first, kernel::position_of(call_, b, s, pair), pair);
      });
      fine_.set(kernels_, angles_);
      turn(none_, fine_, 1, to);
    } else if (kernel::differ_by_pair(call_.positions)) {
      const auto angles = [&](auto part) {
        find_angles([&](std::size_t i) {
          const std::int64_t p = kernel::position_of(call_, b, s, static_cast<std::int64_t>(i));
          return static_cast<double>(part(p)) * model_.inv_freq[i];
        });
      };
      // Of negative positions both parts are negative: % rounds towards 0.
      angles([](std::int64_t p) { return p - p % span; });
      coarse_.set(kernels_, angles_);
      angles([](std::int64_t p) { return p % span; });
      fine_.set(kernels_, angles_);
      turn(coarse_, fine_, 1, to);
    } else {
      const std::int64_t p = kernel::position_of(call_, b, s, 0);
      const std::int64_t magnitude = p < 0 ? -p : p;
      turn(coarse_at(magnitude - magnitude % span), fine_at(magnitude % span), p < 0 ? -1 : 1, to);
    }
    return true;
  }

 private:
  static constexpr std::int64_t span = 16;

  bool is_supplied() const { return model_.spec.angles.source == ROPE_SOURCE_TABLES; }

  template <class AngleOf>
  void find_angles(AngleOf angle_of) {
    for (std::size_t i = 0; i < pairs_; ++i) angles_[i] = angle_of(i);
  }

  const CosSinRow& row_at(std::int64_t position, CosSinRow& row) {
    const auto p = static_cast<double>(position);
    find_angles([&](std::size_t i) { return p * model_.inv_freq[i]; });
    row.set(kernels_, angles_);
    return row;
  }

  const CosSinRow& coarse_at(std::int64_t position) {
    if (position == coarse_position_) return coarse_;
    coarse_position_ = position;
    return row_at(position, coarse_);
  }

  const CosSinRow& fine_at(std::int64_t position) {
    const auto j = static_cast<std::size_t>(position);
    if (fine_index_[j] == 0) {
      fine_rows_.emplace_back(row_);
      fine_index_[j] = fine_rows_.size();
      row_at(position, fine_rows_.back());
    }
    return fine_rows_[fine_index_[j] - 1];
  }

  /// Both negative angles: sign -1 for the sines of the positive ones.
  void turn(const CosSinRow& coarse, const CosSinRow& fine, double sign, Number* to) const {
    const double factor = model_.spec.attention_factor;
    // The transpose of a rotation turns the other way.
    const double sin_factor = sign * (call_.direction == ROPE_BACKWARD ? -factor : factor);
    const Factors of{coarse.cos(), coarse.sin(), fine.cos(), fine.sin(), row_, factor, sin_factor};
    const auto& turning = [&]() -> const Kernels::Turning<Number>& {
      if constexpr (std::is_same_v<Number, double>) {
        return kernels_.turning_f64;
      } else {
        return kernels_.turning_f32;
      }
    }();
    (by_element_ ? turning.by_element : turning.by_pair)(of, to);
    if (all_ && !by_element_) std::copy_n(to, 2 * row_, to + 2 * row_);
  }

  /// One NaN for all: one whose lower bits are set could lose itself where bf16 is rounded.
  static Number number(double x) { return x == x ? static_cast<Number>(x) : std::numeric_limits<Number>::quiet_NaN(); }

  bool look_up(std::int64_t b, std::int64_t s, Number* to) {
    using Tables = kernel::CarefulArithmetic;
    Number* const c0 = by_element_ ? looked_up_.data() : to;
    Number *const s0 = c0 + row_, *const c1 = s0 + row_, *const s1 = c1 + row_;
    bool even = true;
    for (std::size_t i = 0; i < pairs_; ++i) {
      const auto pair = static_cast<std::int64_t>(i);
      const kernel::Turn<double> turn = Tables::towards(
          call_.direction,
          Tables::turn_of_tables<Tables, kernel::Fp32>(model_.spec, kernel::position_of(call_, b, s, pair), pair));
      c0[i] = number(turn.c0);
      s0[i] = number(turn.s0);
      c1[i] = number(turn.c1);
      s1[i] = number(turn.s1);
      even = even && turn.c0 == turn.c1 && turn.s0 == turn.s1;
    }
    if (by_element_) {
      for (std::size_t i = 0; i < row_; ++i) {
        to[2 * i] = c0[i];
        to[2 * i + 1] = c1[i];
        to[2 * (row_ + i)] = -s0[i];
        to[2 * (row_ + i) + 1] = s1[i];
      }
    }
    return even;
  }

  const Kernels& kernels_;
  const kernel::Model<double>& model_;
  const rope_call& call_;
  std::size_t pairs_, row_;
  bool by_element_, all_;
  std::vector<double> angles_;  ///< 0 after the last pair
  CosSinRow none_;              ///< of angle 0
  CosSinRow coarse_, fine_;
  std::int64_t coarse_position_ = -1;  ///< of coarse_; positions without sign are none of these
  std::vector<CosSinRow> fine_rows_;
  std::array<std::size_t, span> fine_index_{};  ///< in fine_rows_, from 1; 0: not made yet
  std::vector<Number> looked_up_;
};

}  // namespace rope::fused
