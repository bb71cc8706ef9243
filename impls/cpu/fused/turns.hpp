// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// cos and sin of every pair of some tokens, once for all heads of q and k, in the form that the loops read.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
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
        by_pair_(by_element ? 4 * row_ : 0) {}

  std::size_t row() const { return row_; }

  /// Whether both tokens have the same turns.
  bool same(std::int64_t b, std::int64_t s, std::int64_t other_b, std::int64_t other_s) const {
    return !kernel::differ_by_pair(call_.positions) &&
           kernel::position_of(call_, b, s, 0) == kernel::position_of(call_, other_b, other_s, 0);
  }

  /// Writes the turns of token s of row b. Whether they are even: c0 = c1 and s0 = s1.
  bool write(std::int64_t b, std::int64_t s, Number* to) {
    Number* const c0 = by_element_ ? by_pair_.data() : to;
    Number *const s0 = c0 + row_, *const c1 = s0 + row_, *const s1 = c1 + row_;
    const bool supplied = model_.spec.angles.source == ROPE_SOURCE_TABLES;
    const bool even = supplied ? look_up(b, s, c0, s0, c1, s1) : compute(b, s, c0, s0);
    if (by_element_) {
      spread(c0, s0, supplied ? c1 : c0, supplied ? s1 : s0, to);
    } else if (all_ && !supplied) {
      std::copy_n(c0, 2 * row_, c1);
    }
    return even;
  }

 private:
  static constexpr double largest_of_loops = 0x1p20;

  /// One NaN for all: one whose lower bits are set could lose itself where bf16 is rounded.
  static Number number(double x) { return x == x ? static_cast<Number>(x) : std::numeric_limits<Number>::quiet_NaN(); }

  bool cos_sin(const double* angles, double factor, double sin_factor, double* cos, double* sin) const {
    return kernels_.cos_sin_f64(angles, row_, factor, sin_factor, cos, sin);
  }
  bool cos_sin(const double* angles, double factor, double sin_factor, float* cos, float* sin) const {
    return kernels_.cos_sin_f32(angles, row_, factor, sin_factor, cos, sin);
  }

  bool compute(std::int64_t b, std::int64_t s, Number* cos, Number* sin) {
    find_angles(b, s);
    const double factor = model_.spec.attention_factor;
    // The transpose of a rotation turns the other way.
    const double sin_factor = call_.direction == ROPE_BACKWARD ? -factor : factor;
    if (!cos_sin(angles_.data(), factor, sin_factor, cos, sin)) {
      for (std::size_t i = 0; i < pairs_; ++i) {
        if (std::fabs(angles_[i]) <= largest_of_loops) continue;
        cos[i] = number(std::cos(angles_[i]) * factor);
        sin[i] = number(std::sin(angles_[i]) * sin_factor);
      }
    }
    return true;
  }

  void find_angles(std::int64_t b, std::int64_t s) {
    const bool by_pair = kernel::differ_by_pair(call_.positions);
    const std::int64_t first = kernel::position_of(call_, b, s, 0);
    const auto position = [&](std::size_t i) {
      return by_pair ? kernel::position_of(call_, b, s, static_cast<std::int64_t>(i)) : first;
    };
    if (model_.spec.angles.source == ROPE_SOURCE_ANGLES) {
      for (std::size_t i = 0; i < pairs_; ++i) {
        angles_[i] = kernel::value(model_.spec.angles.first, position(i), static_cast<std::int64_t>(i));
      }
    } else if (by_pair) {
      for (std::size_t i = 0; i < pairs_; ++i) angles_[i] = static_cast<double>(position(i)) * model_.inv_freq[i];
    } else {
      const auto p = static_cast<double>(first);
      for (std::size_t i = 0; i < pairs_; ++i) angles_[i] = p * model_.inv_freq[i];
    }
  }

  bool look_up(std::int64_t b, std::int64_t s, Number* c0, Number* s0, Number* c1, Number* s1) const {
    using Tables = kernel::CarefulArithmetic;
    bool even = true;
    for (std::size_t i = 0; i < pairs_; ++i) {
      const auto pair = static_cast<std::int64_t>(i);
      const std::int64_t position = kernel::position_of(call_, b, s, pair);
      const kernel::Turn<double> turn =
          Tables::towards(call_.direction, Tables::turn_of_tables<Tables, kernel::Fp32>(model_.spec, position, pair));
      c0[i] = number(turn.c0);
      s0[i] = number(turn.s0);
      c1[i] = number(turn.c1);
      s1[i] = number(turn.s1);
      even = even && turn.c0 == turn.c1 && turn.s0 == turn.s1;
    }
    return even;
  }

  void spread(const Number* c0, const Number* s0, const Number* c1, const Number* s1, Number* to) const {
    Number* const c = to;
    Number* const s = to + 2 * row_;
    for (std::size_t i = 0; i < row_; ++i) {
      c[2 * i] = c0[i];
      c[2 * i + 1] = c1[i];
      s[2 * i] = -s0[i];
      s[2 * i + 1] = s1[i];
    }
  }

  const Kernels& kernels_;
  const kernel::Model<double>& model_;
  const rope_call& call_;
  std::size_t pairs_, row_;
  bool by_element_, all_;
  std::vector<double> angles_;
  std::vector<Number> by_pair_;
};

}  // namespace rope::fused
