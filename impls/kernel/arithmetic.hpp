// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The arithmetics of the bundled implementations: in which format a table is held and how a pair is rotated by it.
#pragma once

#include "impls/kernel/elements.hpp"
#include "impls/kernel/host_device.hpp"
#include "impls/kernel/steps.hpp"

namespace rope::kernel {

/// What transformers does in eager mode (modeling_llama.py): table in fp32, cast to the tensor's type T, and every
/// multiplication and addition of the rotation rounded to T.
///
/// For T = fp16 (p = 11) and bf16 (p = 8) each operation is done in fp32 and then rounded to T. That equals the
/// correctly rounded operation in T. Products have at most 2p <= 22 bits and are exact in fp32; bf16 products below
/// fp32's range are below 2^-134, half of bf16's quantum, and become 0 either way. Sums round twice innocuously because
/// 24 >= 2p + 2 (Figueroa 1995, "When is double rounding innocuous?"). A scale other than 1 is a Python number times a
/// tensor: multiplied in fp32, and rounded to T.
struct UsualArithmetic : Steps<float> {
  template <class Element, class Number>
  static float table(Number x) {
    return Element::value(Element::round(x));
  }

  template <class Element>
  static RotatedPair<Element> rotate(float x0, float x1, const Turn<float>& turn, float scale) {
    const auto rounded = [](float x) { return Element::value(Element::round(x)); };
    const auto first = Element::round(rounded(x0 * turn.c0) - rounded(x1 * turn.s0));
    const auto second = Element::round(rounded(x1 * turn.c1) + rounded(x0 * turn.s1));
    if (scale == 1) {
      return {first, second};
    }
    return {Element::round(Element::value(first) * scale), Element::round(Element::value(second) * scale)};
  }
};

/// The same table kept in fp32, rotation in fp32, one rounding to the tensor's type at the end: what most fused GPU
/// kernels do.
struct OneRoundingArithmetic : Steps<float> {
  template <class Element, class Number>
  ROPE_HD static float table(Number x) {
    return static_cast<float>(x);
  }

  template <class Element>
  static RotatedPair<Element> rotate(float x0, float x1, const Turn<float>& turn, float scale) {
    return {Element::round((x0 * turn.c0 - x1 * turn.s0) * scale),
            Element::round((x1 * turn.c1 + x0 * turn.s1) * scale)};
  }
};

/// Everything in double, one rounding to the tensor's type, directly.
struct CarefulArithmetic : Steps<double> {
  template <class Element>
  static double table(double x) {
    return x;
  }

  template <class Element>
  static RotatedPair<Element> rotate(double x0, double x1, const Turn<double>& turn, double scale) {
    return {Element::round((x0 * turn.c0 - x1 * turn.s0) * scale),
            Element::round((x1 * turn.c1 + x0 * turn.s1) * scale)};
  }
};

}  // namespace rope::kernel
