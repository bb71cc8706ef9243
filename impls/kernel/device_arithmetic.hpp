// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The accurate arithmetic of a GPU (accurate_turn.hpp) as an arithmetic of plug-ins on the CPU, and the frequencies
// that prepare makes for it.
#pragma once

#include <cstdint>
#include <limits>

#include "impls/kernel/accurate_turn.hpp"
#include "impls/kernel/elements.hpp"
#include "impls/kernel/frequencies.hpp"
#include "impls/kernel/steps.hpp"

namespace rope::kernel {

/// inv_freq as it is used, and the same rounded to binary64 for export_inv_freq. Made from parameters in long double,
/// where that has 64 bits or more p times its error stays below 2^-28 up to p = 2^35.
struct DeviceFrequency {
  Turns turns;
  double rounded = 0;

  explicit DeviceFrequency(double inv_freq) : turns(turns_of_frequency(inv_freq)), rounded(inv_freq) {}
  explicit DeviceFrequency(long double inv_freq)
      : turns(turns_of_frequency(inv_freq)), rounded(static_cast<double>(inv_freq)) {}

  operator double() const { return rounded; }
};

struct DeviceArithmetic : Steps<TwoFloats> {
  using Frequency = DeviceFrequency;

  /// Positions are integers to the end.
  static constexpr std::int64_t position_limit = std::numeric_limits<std::int64_t>::max();

  static DeviceFrequency inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    return DeviceFrequency(family_inv_freq<long double>(parameters, rotary_dim, pair));
  }

  template <class Element>
  ROPE_HD static TwoFloats table(double x) {
    return two_floats(x);
  }

  template <class Arithmetic, class Element>
  static Turn<TwoFloats> turn(const Model<DeviceFrequency>& model, std::int64_t position, std::int64_t pair) {
    const rope_spec& spec = model.spec;
    if (spec.angles.source == ROPE_SOURCE_TABLES) {
      return turn_of_tables<Arithmetic, Element>(spec, position, pair);
    }
    const TwoFloats factor = two_floats(spec.attention_factor);
    return spec.angles.source == ROPE_SOURCE_ANGLES
               ? turn_of_angle(value(spec.angles.first, position, pair), factor)
               : turn_at(model.inv_freq[static_cast<std::size_t>(pair)].turns, position, factor);
  }

  static TwoFloats scale(const rope_spec& spec, const Place& place) {
    return two_floats(place.is_query ? spec.query_scale : 1);
  }

  template <class Element>
  static RotatedPair<Element> rotate(float x0, float x1, const Turn<TwoFloats>& turn, const TwoFloats& scale) {
    const RotatedFloats y =
        Element::dtype == ROPE_F32 ? rotated_to_binary32(x0, x1, turn, scale) : rotated_to_16_bits(x0, x1, turn, scale);
    return {Element::round(y.first), Element::round(y.second)};
  }
};

}  // namespace rope::kernel
