// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Names are those of docs/numerics.md, "S3, S4" and "S5".
#include "reference/rotation_bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rope {
namespace {

// A value just past x, so that the ulp is that of the larger of computed and exact value.
constexpr double past = 1 + 0x1p-16;

bool narrower(DType a, DType b) {
  return format(a).precision < format(b).precision;
}

double smallest(DType dtype) {
  return ulp(dtype, 0.0);
}

double smallest_normal(DType dtype) {
  return std::ldexp(1.0, format(dtype).min_exponent);
}

/// Of the elements of a tensor, as multiplied.
int element_bits(const Arithmetic& c) {
  if (c.factor_place == FactorPlace::elements) return format(c.rotation_format).precision;
  const int tensor = format(c.tensor_dtype()).precision;
  return c.input_format ? std::min(tensor, format(*c.input_format).precision) : tensor;
}

double rotation_error(const Arithmetic& c) {
  const DType sums = c.arithmetic_format();
  const double u = unit_roundoff(sums);
  // A stored table has its format's bits, but not more than cos and sin were computed with.
  int held = format(c.trig_format).precision;
  if (c.table_format) {
    const int stored = format(*c.table_format).precision;
    held = c.factor_place == FactorPlace::stored ? stored : std::min(held, stored);
  }
  held = std::min(held, format(c.rotation_format).precision);
  if (held + element_bits(c) <= format(sums).precision) return u;  // exact products: one rounding, of the sum
  switch (c.fma) {
    case Arithmetic::Fma::none:
      return std::sqrt(5.0) * u;  // Brent, Percival, Zimmermann 2007, theorem 1
    case Arithmetic::Fma::both:
      return 2 * u;  // Jeannerod, Kornerup, Louvet, Muller 2017, whichever product of an output is fused
    case Arithmetic::Fma::any:
      break;
  }
  return (1 + std::sqrt(2.0)) * u + std::sqrt(2.0) * u * u;
}

double cast_error(const Arithmetic& c) {
  if (!c.output_format || !narrower(*c.output_format, c.arithmetic_format())) return 0;
  const double u = unit_roundoff(*c.output_format);
  // To nearest, ties either way; towards zero or at random a whole spacing.
  const bool nearest = c.output_rounding == Rounding::nearest || c.output_rounding == Rounding::away;
  return nearest ? u / (1 + u) : 2 * u;
}

double input_error(const Arithmetic& c, double a, double factor) {
  double error = 0;
  if (c.input_format && narrower(*c.input_format, c.tensor_dtype())) error = unit_roundoff(*c.input_format);
  if (c.factor_place == FactorPlace::elements && a != 1) {
    error = (1 + error) * (1 + factor) * (1 + unit_roundoff(c.rotation_format)) - 1;
  }
  return error;
}

}  // namespace

RotationBound::RotationBound(const Arithmetic& arithmetic, double attention_factor)
    : c_(arithmetic),
      a_(attention_factor),
      factor_(a_ == 1 ? 0 : 0.5 * ulp(c_.factor_format.value_or(c_.trig_format), a_) / a_),
      input_(input_error(c_, a_, factor_)),
      rho_(rotation_error(c_)),
      kappa_(cast_error(c_)),
      underflow_(underflow_of()) {}

bool RotationBound::factor_in_table() const {
  return c_.factor_place != FactorPlace::elements && c_.factor_place != FactorPlace::output;
}

double RotationBound::trigonometry(double plain, double angle) const {
  const double k_arg = c_.trig_arg == 0 ? 0 : std::min(c_.trig_arg * angle * unit_roundoff(DType::f32), 2.0);
  return c_.trig_ulp * ulp(c_.trig_format, plain * past) + c_.trig_u * unit_roundoff(c_.trig_format) * plain +
         c_.trig_abs + k_arg;
}

double RotationBound::component(double exact, double angle) const {
  const DType t = c_.trig_format;
  const double plain = std::fabs(exact) / a_;
  // The computed value may lie in the next binade.
  double error = trigonometry(plain + trigonometry(plain, angle), angle);
  double value = plain;
  const auto with_factor = [&](DType format) {
    // The held factor errs, and so does its product.
    error = a_ * error + factor_ * a_ * (plain + error);
    value = a_ * plain;
    error += 0.5 * ulp(format, (value + error) * past);
  };
  if (c_.factor_place == FactorPlace::trigonometry && a_ != 1) with_factor(t);
  if (c_.factor_place == FactorPlace::none) error *= a_, value *= a_;
  // S4: each narrower format on the way into the rotation: the table's, then the rotation's own.
  DType from = t;
  if (c_.table_format) {
    if (narrower(*c_.table_format, from)) {
      error += (c_.table_truncates ? 1 : 0.5) * ulp(*c_.table_format, (value + error) * past);
    }
    from = *c_.table_format;
  }
  if (c_.factor_place == FactorPlace::stored && a_ != 1) with_factor(from);
  if (narrower(c_.rotation_format, from)) error += 0.5 * ulp(c_.rotation_format, (value + error) * past);
  if (c_.subnormals == Subnormals::flush_operands_and_results) error += smallest_normal(c_.arithmetic_format());
  return error;
}

double RotationBound::table(double cos, double sin, double angle) const {
  return std::hypot(component(cos, angle), component(sin, angle));
}

double RotationBound::after(double before, double modulus, double held) const {
  const bool elements = c_.factor_place == FactorPlace::elements, output = c_.factor_place == FactorPlace::output;
  double error = before + input_ * held + rho_ * (1 + input_) * held;
  if (elements) error *= a_, modulus *= a_;
  if (output) {
    const double relative = a_ == 1 ? 0 : (1 + factor_) * (1 + unit_roundoff(c_.arithmetic_format())) - 1;
    error = a_ * error + relative * a_ * (modulus + error);
    modulus *= a_;
  }
  return error + kappa_ * (modulus + error);
}

double RotationBound::rounding(double cos, double sin, double angle) const {
  const double d = table(cos, sin, angle);
  const double modulus = factor_in_table() ? a_ : 1;
  return after(d, modulus, modulus + d);
}

RotationBound::Parts RotationBound::parts(double cos, double sin, double angle) const {
  const double factor = factor_in_table() ? a_ : 1;
  const double exact[2] = {cos, sin};
  double trig[2] = {}, rest[2] = {};
  for (int n = 0; n < 2; ++n) {
    const double plain = std::fabs(exact[n]) / a_;
    trig[n] = factor * trigonometry(plain + trigonometry(plain, angle), angle);
    rest[n] = std::max(component(exact[n], angle) - trig[n], 0.0);
  }
  Parts parts{};
  parts.trigonometry = std::hypot(trig[0], trig[1]);
  parts.table = std::hypot(rest[0], rest[1]);
  const double held = factor + table(cos, sin, angle);
  parts.rotation = (input_ + rho_ * (1 + input_)) * held;
  if (c_.factor_place == FactorPlace::elements) parts.rotation *= a_;
  const double carried = c_.factor_place == FactorPlace::output ? a_ * parts.rotation : parts.rotation;
  parts.output = after(0, held, held) - carried;
  return parts;
}

double RotationBound::two_rotations(double cos, double sin, double angle) const {
  const double held = (factor_in_table() ? a_ : 1) + table(cos, sin, angle);
  return 2 * after(0, held, held);
}

double RotationBound::underflow_of() const {
  const DType sums = c_.arithmetic_format();
  const double two = std::sqrt(2.0);
  // Each product may lose half the smallest spacing of the arithmetic, two of them add up in a component.
  double error = two * smallest(sums);
  // Flushed: both products of a component, or its sum; never a sum and a product (docs/numerics.md, "S5").
  const bool flushes = c_.subnormals != Subnormals::keep;
  if (flushes) error += 2 * two * smallest_normal(sums);
  // What elements lose is carried through the rotation, by any table that the contract allows.
  double elements = 0;
  if (c_.input_format) elements += 0.5 * two * smallest(*c_.input_format);
  if (c_.factor_place == FactorPlace::elements) {
    elements = a_ * elements * (1 + factor_) + 0.5 * two * smallest(c_.rotation_format);
  }
  if (c_.subnormals == Subnormals::flush_operands_and_results) elements += two * smallest_normal(sums);
  if (elements > 0) {
    const double modulus = factor_in_table() ? a_ : 1;
    const double off = table(a_, a_, std::numeric_limits<double>::infinity());
    error += elements * (modulus + off) * (1 + rho_);
  }
  if (c_.factor_place == FactorPlace::output) {
    error = a_ * (1 + factor_) * error + 0.5 * two * smallest(sums) + (flushes ? two * smallest_normal(sums) : 0);
  }
  error *= 1 + kappa_;
  if (kappa_ > 0) {  // the last cast loses half of its own format's spacing, or all of it
    const bool nearest = c_.output_rounding == Rounding::nearest || c_.output_rounding == Rounding::away;
    error += two * smallest(*c_.output_format) * (nearest ? 0.5 : 1);
  }
  return error;
}

}  // namespace rope
