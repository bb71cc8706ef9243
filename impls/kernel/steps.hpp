// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The steps that all arithmetics share: positions, angles, cos and sin in Real, and moving elements. An implementation
// that is wrong in one step derives from an arithmetic (arithmetic.hpp) and hides that step (impls/faulty).
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "impls/kernel/frequencies.hpp"
#include "impls/kernel/host_device.hpp"
#include "impls/kernel/place.hpp"
#include "impls/kernel/positions.hpp"
#include "impls/kernel/range.hpp"
#include "impls/kernel/source.hpp"
#include "impls/kernel/turn.hpp"
#include "rope_impl.h"

namespace rope::kernel {

template <class Element>
struct RotatedPair {
  typename Element::Storage first;
  typename Element::Storage second;
};

template <class Real_>
struct Steps {
  using Real = Real_;

  /// What prepare makes of inv_freq: a number, or what an arithmetic needs of it. Converts to double.
  using Frequency = Real;

  /// Positions with |p| <= this are exact in Real, as the contracts (pos=int) promise.
  static constexpr std::int64_t position_limit = std::int64_t{1} << std::numeric_limits<Real>::digits;

  /// What becomes of a position outside the range; describe says the same.
  static constexpr rope_out_of_range out_of_range = ROPE_OUT_OF_RANGE_ERROR;

  /// All heads of a token stand at one position. Where a definition says otherwise, position() is asked for each head.
  static constexpr bool heads_differ = false;

  // ---- positions

  static std::int64_t position(const Place& place, std::int64_t pair) {
    return position_of(place.call, place.row, place.token, pair);
  }

  /// With the policy CLAMP: where a token outside the range is rotated as if it stood.
  static std::int64_t bring_inside(const Range& range, std::int64_t position) { return range.nearest(position); }

  // ---- angles, cos and sin

  static Real inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    return family_inv_freq<Real>(parameters, rotary_dim, pair);
  }

  static Real angle(std::int64_t position, Real inv_freq) { return static_cast<Real>(position) * inv_freq; }

  static Real cos(Real angle, Real attention_factor) { return std::cos(angle) * attention_factor; }
  static Real sin(Real angle, Real attention_factor) { return std::sin(angle) * attention_factor; }

  ROPE_HD static double table_value(const rope_angle_source& tables, Part part, std::int64_t position,
                                    std::int64_t column) {
    return kernel::table_value(tables, part, position, column);
  }

  /// cos and sin of one pair at one position, from whatever the angles are given by.
  template <class Arithmetic, class Element>
  static Turn<Real> turn(const Model<Real>& model, std::int64_t position, std::int64_t pair) {
    const rope_spec& spec = model.spec;
    if (spec.angles.source == ROPE_SOURCE_TABLES) {
      return turn_of_tables<Arithmetic, Element>(spec, position, pair);
    }
    const Real angle = spec.angles.source == ROPE_SOURCE_ANGLES
                           ? static_cast<Real>(value(spec.angles.first, position, pair))
                           : Arithmetic::angle(position, model.inv_freq[static_cast<std::size_t>(pair)]);
    const Real factor = static_cast<Real>(spec.attention_factor);
    const Real cos = Arithmetic::template table<Element>(Arithmetic::cos(angle, factor));
    const Real sin = Arithmetic::template table<Element>(Arithmetic::sin(angle, factor));
    return {cos, sin, cos, sin};
  }

  /// Supplied numbers go through the arithmetic's own table format, in one rounding.
  template <class Arithmetic, class Element>
  ROPE_HD static Turn<Real> turn_of_tables(const rope_spec& spec, std::int64_t position, std::int64_t pair) {
    const auto column = [&](int which) {
      return spec.angles.full_width != 0 ? Arithmetic::element_of_pair(spec.pairing_in, spec.rotary_dim, pair, which)
                                         : pair;
    };
    const auto entry = [&](Part part, int which) {
      return Arithmetic::template table<Element>(Arithmetic::table_value(spec.angles, part, position, column(which)));
    };
    return {entry(Part::cos, 0), entry(Part::sin, 0), entry(Part::cos, 1), entry(Part::sin, 1)};
  }

  ROPE_HD static Turn<Real> towards(rope_direction direction, const Turn<Real>& turn) {
    return direction == ROPE_BACKWARD ? turn.transposed() : turn;
  }

  /// What rotated elements are multiplied by at the end.
  static Real scale(const rope_spec& spec, const Place& place) {
    return place.is_query ? static_cast<Real>(spec.query_scale) : Real{1};
  }

  // ---- elements

  /// Offset of element 0 or 1 of a pair from the first rotated element.
  ROPE_HD static std::int64_t element_of_pair(rope_pairing pairing, std::int64_t rotary_dim, std::int64_t pair,
                                              int which) {
    return pairing == ROPE_HALF_SPLIT ? pair + which * (rotary_dim / 2) : 2 * pair + which;
  }

  /// Where in the head it lies, by the pairing of the input or of the output.
  template <class Arithmetic>
  static std::int64_t element_of_head(const RotaryPart& part, rope_pairing pairing, std::int64_t pair, int which) {
    return part.first + Arithmetic::element_of_pair(pairing, part.dim, pair, which);
  }

  /// Both elements are read before either is written, so that in place works.
  template <class Arithmetic, class Element>
  static void rotate_pair(const HeadInMemory<Element>& head, const RotaryPart& part, std::int64_t pair,
                          const Turn<Real>& turn, Real scale) {
    const std::int64_t x0 = element_of_head<Arithmetic>(part, part.pairing_in, pair, 0);
    const std::int64_t x1 = element_of_head<Arithmetic>(part, part.pairing_in, pair, 1);
    const RotatedPair<Element> rotated = Arithmetic::template rotate<Element>(head.x(x0), head.x(x1), turn, scale);
    head.y(element_of_head<Arithmetic>(part, part.pairing_out, pair, 0)) = rotated.first;
    head.y(element_of_head<Arithmetic>(part, part.pairing_out, pair, 1)) = rotated.second;
  }

  /// With the policy IDENTITY, a pair outside the range: its bits, at the places of the output's pairing.
  template <class Arithmetic, class Element>
  static void move_pair(const HeadInMemory<Element>& head, const RotaryPart& part, std::int64_t pair) {
    const auto x0 = head.bits(element_of_head<Arithmetic>(part, part.pairing_in, pair, 0));
    const auto x1 = head.bits(element_of_head<Arithmetic>(part, part.pairing_in, pair, 1));
    head.y(element_of_head<Arithmetic>(part, part.pairing_out, pair, 0)) = x0;
    head.y(element_of_head<Arithmetic>(part, part.pairing_out, pair, 1)) = x1;
  }

  /// An element that does not rotate, out of place.
  template <class Element>
  static typename Element::Storage pass_through(const rope_spec&, const HeadInMemory<Element>& head,
                                                std::int64_t element) {
    return head.bits(element);
  }
};

}  // namespace rope::kernel
