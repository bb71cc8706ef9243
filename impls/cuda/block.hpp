// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What one thread of a block does between two barriers: makes cos and sin of a token, loads pairs of a head, rotates
// and stores them, copies what does not rotate. No CUDA, so that the same lines run under a host compiler, too
// (testing/host_launch.hpp).
#pragma once

#include <cstdint>

#include "impls/cuda/elements.hpp"
#include "impls/cuda/launch.hpp"
#include "impls/kernel/accurate_turn.hpp"
#include "impls/kernel/host_device.hpp"
#include "impls/kernel/positions.hpp"
#include "impls/kernel/source.hpp"
#include "impls/kernel/turn.hpp"
#include "rope_impl.h"

namespace rope::cuda {

/// Arithmetic: Number, DeviceFrequency, turn_at, turn_of_angle, rotated, and the steps of impls/kernel/steps.hpp that
/// turn_of_tables needs. kWidth pairs for each thread.
template <class Arithmetic, class Element, int kWidth>
class Block {
 public:
  using Number = typename Arithmetic::Number;
  using Storage = typename Element::Storage;
  using Vector = Elements<Element, kWidth>;

  /// In shared memory, of one element of a pair.
  struct CosSin {
    Number cos, sin;
  };

  /// The elements of kWidth pairs as they lie in memory; first elements before second ones, or two by two.
  struct Loaded {
    Vector parts[2];
  };

  ROPE_HD Block(const Launch& launch, CosSin* shared, std::uint32_t threads, std::uint32_t first_head)
      : launch_(launch),
        shared_(shared),
        threads_(threads),
        pairs_(launch.spec.rotary_dim / 2),
        columns_(pairs_ / kWidth),
        first_head_(first_head) {
    const std::int64_t heads = launch.call.q_in.shape[2] + (has_k() ? launch.call.k_in.shape[2] : 0);
    const std::int64_t end = std::int64_t{first_head} + launch.heads_per_block;
    end_head_ = end < heads ? end : heads;
  }

  ROPE_HD std::int64_t tokens() const { return launch_.call.q_in.shape[0] * launch_.call.q_in.shape[1]; }
  ROPE_HD std::int64_t first_head() const { return first_head_; }
  ROPE_HD std::int64_t end_head() const { return end_head_; }
  ROPE_HD std::uint32_t rows() const { return threads_ / columns_; }

  /// Where results would overwrite pairs that other threads have not read: a barrier stands between load and store.
  ROPE_HD bool must_wait() const {
    return launch_.spec.pairing_in != launch_.spec.pairing_out &&
           (launch_.call.q_in.data == launch_.call.q_out.data ||
            (has_k() && launch_.call.k_in.data == launch_.call.k_out.data));
  }

  ROPE_HD void move_to(std::int64_t token) {
    row_ = token / launch_.call.q_in.shape[1];
    token_ = token % launch_.call.q_in.shape[1];
  }

  /// Between this and the first store stands a barrier, and another before the next token's.
  ROPE_HD void make_turns(std::uint32_t thread) {
    for (std::uint32_t pair = thread; pair < pairs_; pair += threads_) {
      const kernel::Turn<Number> turn = turn_of(pair);
      CosSin* const at = shared_ + place_of(pair % kWidth, pair / kWidth);
      at[0] = {turn.c0, turn.s0};
      if (is_uneven()) at[pairs_] = {turn.c1, turn.s1};
    }
  }

  /// Whether a thread has pairs of a head, of the rows() heads from `head` on.
  ROPE_HD bool has_part(std::uint32_t thread, std::int64_t head) const { return head + thread / columns_ < end_head_; }

  ROPE_HD Loaded load(std::uint32_t thread, std::int64_t head) const {
    const Side side = side_of(head + thread / columns_);
    const Storage* const from = static_cast<const Storage*>(side.in->data) + offset_of(*side.in, side.head);
    const std::int64_t step = side.in->strides[3];
    const Places places = places_of(launch_.spec.pairing_in, thread % columns_);
    Loaded loaded;
    loaded.parts[0] = *reinterpret_cast<const Vector*>(from + places.first * step);
    loaded.parts[1] = *reinterpret_cast<const Vector*>(from + places.second * step);
    return loaded;
  }

  ROPE_HD void store(std::uint32_t thread, std::int64_t head, const Loaded& loaded) const {
    const Side side = side_of(head + thread / columns_);
    const std::uint32_t column = thread % columns_;
    const Number scale = Arithmetic::number(side.is_query ? launch_.query_scale : kernel::TwoFloats{1});
    Storage x0[kWidth], x1[kWidth];
    part(launch_.spec.pairing_in, loaded, x0, x1);
    for (int j = 0; j < kWidth; ++j) {
      const CosSin* const at = shared_ + place_of(static_cast<std::uint32_t>(j), column);
      const CosSin first = at[0], second = is_uneven() ? at[pairs_] : first;
      const kernel::Turn<Number> turn{first.cos, first.sin, second.cos, second.sin};
      const kernel::RotatedFloats y =
          Arithmetic::template rotated<Element>(value_of<Element>(x0[j]), value_of<Element>(x1[j]), turn, scale);
      x0[j] = rounded<Element>(y.first);
      x1[j] = rounded<Element>(y.second);
    }
    Storage* const to = static_cast<Storage*>(side.out->data) + offset_of(*side.out, side.head);
    const std::int64_t step = side.out->strides[3];
    const Places places = places_of(launch_.spec.pairing_out, column);
    const Loaded together = joined(launch_.spec.pairing_out, x0, x1);
    *reinterpret_cast<Vector*>(to + places.first * step) = together.parts[0];
    *reinterpret_cast<Vector*>(to + places.second * step) = together.parts[1];
  }

  /// Elements that do not rotate, where outputs are not the inputs.
  ROPE_HD void copy_the_rest(std::uint32_t thread) const {
    const std::uint32_t dim = launch_.spec.rotary_dim, each = (launch_.spec.head_dim - dim) / kWidth;
    if (each == 0) return;
    const std::int64_t parts = (end_head_ - first_head_) * each;
    for (std::int64_t n = thread; n < parts; n += threads_) {
      const Side side = side_of(first_head_ + n / each);
      if (side.in->data == side.out->data) continue;
      const auto passed = static_cast<std::int64_t>(n % each) * kWidth;
      const std::int64_t element = passed < launch_.spec.dim_offset ? passed : passed + dim;
      const Storage* const from = static_cast<const Storage*>(side.in->data) + offset_of(*side.in, side.head);
      Storage* const to = static_cast<Storage*>(side.out->data) + offset_of(*side.out, side.head);
      *reinterpret_cast<Vector*>(to + element * side.out->strides[3]) =
          *reinterpret_cast<const Vector*>(from + element * side.in->strides[3]);
    }
  }

 private:
  struct Side {
    const rope_tensor *in, *out;
    std::int64_t head;
    bool is_query;
  };
  struct Places {
    std::int64_t first, second;
  };

  ROPE_HD bool has_k() const { return launch_.call.k_in.dtype != 0; }
  ROPE_HD bool is_uneven() const { return launch_.spec.angles.full_width != 0; }

  /// Heads of q, then those of k.
  ROPE_HD Side side_of(std::int64_t head) const {
    const std::int64_t of_q = launch_.call.q_in.shape[2];
    if (head < of_q) return {&launch_.call.q_in, &launch_.call.q_out, head, true};
    return {&launch_.call.k_in, &launch_.call.k_out, head - of_q, false};
  }

  ROPE_HD std::int64_t offset_of(const rope_tensor& tensor, std::int64_t head) const {
    return row_ * tensor.strides[0] + token_ * tensor.strides[1] + head * tensor.strides[2];
  }

  /// Where the two vectors of a column begin, in elements of the head.
  ROPE_HD Places places_of(rope_pairing pairing, std::uint32_t column) const {
    const std::int64_t first = launch_.spec.dim_offset, at = std::int64_t{column} * kWidth;
    if (pairing == ROPE_HALF_SPLIT) return {first + at, first + at + pairs_};
    return {first + 2 * at, first + 2 * at + kWidth};
  }

  /// Neighbouring threads read neighbouring numbers of shared memory.
  ROPE_HD std::uint32_t place_of(std::uint32_t in_column, std::uint32_t column) const {
    return in_column * columns_ + column;
  }

  ROPE_HD static void part(rope_pairing pairing, const Loaded& loaded, Storage* x0, Storage* x1) {
    for (int j = 0; j < kWidth; ++j) {
      if (pairing == ROPE_HALF_SPLIT) {
        x0[j] = loaded.parts[0].bits[j];
        x1[j] = loaded.parts[1].bits[j];
      } else {
        x0[j] = loaded.parts[2 * j / kWidth].bits[2 * j % kWidth];
        x1[j] = loaded.parts[(2 * j + 1) / kWidth].bits[(2 * j + 1) % kWidth];
      }
    }
  }

  ROPE_HD static Loaded joined(rope_pairing pairing, const Storage* x0, const Storage* x1) {
    Loaded out;
    for (int j = 0; j < kWidth; ++j) {
      if (pairing == ROPE_HALF_SPLIT) {
        out.parts[0].bits[j] = x0[j];
        out.parts[1].bits[j] = x1[j];
      } else {
        out.parts[2 * j / kWidth].bits[2 * j % kWidth] = x0[j];
        out.parts[(2 * j + 1) / kWidth].bits[(2 * j + 1) % kWidth] = x1[j];
      }
    }
    return out;
  }

  ROPE_HD kernel::Turn<Number> turn_of(std::uint32_t pair) const {
    const rope_angle_source& angles = launch_.spec.angles;
    const std::int64_t position =
        launch_.range.nearest(kernel::position_on_axis(launch_.call, row_, token_, launch_.pair_axis[pair]));
    const Number factor = Arithmetic::number(launch_.attention_factor);
    kernel::Turn<Number> turn;
    if (angles.source == ROPE_SOURCE_TABLES) {
      turn = Arithmetic::template turn_of_tables<Arithmetic, Element>(launch_.spec, position, pair);
    } else if (angles.source == ROPE_SOURCE_ANGLES) {
      turn = Arithmetic::turn_of_angle(kernel::value(angles.first, position, pair), factor);
    } else {
      const auto* const of_pairs = static_cast<const typename Arithmetic::DeviceFrequency*>(launch_.frequencies);
      turn = Arithmetic::turn_at(of_pairs[pair], position, factor);
    }
    return launch_.call.direction == ROPE_BACKWARD ? turn.transposed() : turn;
  }

  const Launch& launch_;
  CosSin* shared_;
  std::uint32_t threads_, pairs_, columns_;
  std::int64_t first_head_, end_head_ = 0;
  std::int64_t row_ = 0, token_ = 0;
};

}  // namespace rope::cuda
