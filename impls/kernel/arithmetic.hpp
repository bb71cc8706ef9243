// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The arithmetics of the bundled implementations: each is the list of steps from parameters to rotated elements.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "impls/kernel/elements.hpp"
#include "impls/kernel/frequencies.hpp"
#include "impls/kernel/positions.hpp"
#include "rope_impl.h"

namespace rope::kernel {

template <class Element>
struct RotatedPair {
  typename Element::Storage first;
  typename Element::Storage second;
};

/// One head of one token where a call has it. x and y may be the same elements (in place).
template <class Element>
struct HeadInMemory {
  const typename Element::Storage* from;
  typename Element::Storage* to;
  std::int64_t in_step, out_step;

  float x(std::int64_t element) const { return Element::value(from[element * in_step]); }
  typename Element::Storage& y(std::int64_t element) const { return to[element * out_step]; }
};

/// The steps that all arithmetics share: those up to cos and sin, in Real_, and moving elements. An implementation that
/// is wrong in one step derives from an arithmetic below and hides that step (impls/faulty).
template <class Real_>
struct Steps {
  using Real = Real_;

  /// Positions with |p| <= this are exact in Real, as the contracts (pos=int) promise.
  static constexpr std::int64_t position_limit = std::int64_t{1} << std::numeric_limits<Real>::digits;

  /// Offset of element 0 or 1 of a pair from the first rotated element.
  static std::int64_t element_of_pair(rope_pairing pairing, std::int64_t rotary_dim, std::int64_t pair, int which) {
    return pairing == ROPE_HALF_SPLIT ? pair + which * (rotary_dim / 2) : 2 * pair + which;
  }

  /// Where in the head it lies.
  template <class Arithmetic>
  static std::int64_t element_of_head(const rope_spec& spec, std::int64_t pair, int which) {
    return spec.dim_offset + Arithmetic::element_of_pair(spec.pairing_in, spec.rotary_dim, pair, which);
  }

  static std::int64_t position(const rope_positions& positions, std::int64_t b, std::int64_t s) {
    return position_of(positions, b, s);
  }

  static Real inv_freq(const rope_parametric& parameters, std::uint32_t rotary_dim, std::uint32_t pair) {
    return family_inv_freq<Real>(parameters, rotary_dim, pair);
  }

  static Real angle(std::int64_t position, Real inv_freq) { return static_cast<Real>(position) * inv_freq; }

  static Real cos(Real angle, Real attention_factor) { return std::cos(angle) * attention_factor; }
  static Real sin(Real angle, Real attention_factor) { return std::sin(angle) * attention_factor; }

  /// The transpose of a rotation negates sin.
  static Real sin_towards(rope_direction direction, Real sin) { return direction == ROPE_BACKWARD ? -sin : sin; }

  /// Both elements are read before either is written, so that in place works.
  template <class Arithmetic, class Element>
  static void rotate_pair(const HeadInMemory<Element>& head, const rope_spec& spec, std::int64_t pair, Real cos,
                          Real sin) {
    const std::int64_t e0 = element_of_head<Arithmetic>(spec, pair, 0);
    const std::int64_t e1 = element_of_head<Arithmetic>(spec, pair, 1);
    const RotatedPair<Element> rotated = Arithmetic::template rotate<Element>(head.x(e0), head.x(e1), cos, sin);
    head.y(e0) = rotated.first;
    head.y(e1) = rotated.second;
  }

  /// An element that does not rotate, out of place.
  template <class Storage>
  static Storage pass_through(Storage bits) {
    return bits;
  }
};

/// What transformers does in eager mode (modeling_llama.py): table in fp32, cast to the tensor's type T, and every
/// multiplication and addition of the rotation rounded to T.
///
/// For T = fp16 (p = 11) and bf16 (p = 8) each operation is done in fp32 and then rounded to T. That equals the
/// correctly rounded operation in T. Products have at most 2p <= 22 bits and are exact in fp32; bf16 products below
/// fp32's range are below 2^-134, half of bf16's quantum, and become 0 either way. Sums round twice innocuously because
/// 24 >= 2p + 2 (Figueroa 1995, "When is double rounding innocuous?").
struct UsualArithmetic : Steps<float> {
  template <class Element>
  static float table(float x) {
    return Element::value(Element::round(x));
  }

  template <class Element>
  static RotatedPair<Element> rotate(float x0, float x1, float cos, float sin) {
    const auto rounded = [](float x) { return Element::value(Element::round(x)); };
    return {Element::round(rounded(x0 * cos) - rounded(x1 * sin)),
            Element::round(rounded(x1 * cos) + rounded(x0 * sin))};
  }
};

/// The same table kept in fp32, rotation in fp32, one rounding to the tensor's type at the end: what most fused GPU
/// kernels do.
struct OneRoundingArithmetic : Steps<float> {
  template <class Element>
  static float table(float x) {
    return x;
  }

  template <class Element>
  static RotatedPair<Element> rotate(float x0, float x1, float cos, float sin) {
    return {Element::round(x0 * cos - x1 * sin), Element::round(x1 * cos + x0 * sin)};
  }
};

/// Everything in double, one rounding to the tensor's type, directly.
struct CarefulArithmetic : Steps<double> {
  template <class Element>
  static double table(double x) {
    return x;
  }

  template <class Element>
  static RotatedPair<Element> rotate(double x0, double x1, double cos, double sin) {
    return {Element::round(x0 * cos - x1 * sin), Element::round(x1 * cos + x0 * sin)};
  }
};

}  // namespace rope::kernel
