// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The stage sums S2 to S5 of docs/numerics.md; names are those of that page.
#include "reference/bounds.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

#include "reference/frequency_error.hpp"

namespace rope {
namespace {

// What binary64 evaluation of a bound may lose: fewer than 100 operations, each
// to 2^-53.
constexpr double evaluation = 1 + 0x1p-40;

// A value just past x, so that the ulp is that of the larger of computed and
// exact value.
constexpr double past = 1 + 0x1p-16;

double rotation_error(const Contract& contract, DType dtype) {
  const double u = unit_roundoff(contract.rotation_format);
  const int bits = format(contract.rotation_format).precision;
  const DType table = contract.table_format.value_or(contract.trig_format);
  if (format(table).precision + format(dtype).precision <= bits) return u;  // exact products: one rounding, of the sum
  switch (contract.fma) {
    case Contract::Fma::none:
      return std::sqrt(5.0) * u;  // Brent, Percival, Zimmermann 2007, theorem 1
    case Contract::Fma::both:
      return 2 * u;  // Jeannerod, Kornerup, Louvet, Muller 2017
    case Contract::Fma::any:
      break;
  }
  return (1 + std::sqrt(2.0)) * u + std::sqrt(2.0) * u * u;
}

double cast_error(const Contract& contract) {
  if (!contract.output_format) return 0;
  if (format(*contract.output_format).precision >= format(contract.rotation_format).precision) return 0;
  const double u = unit_roundoff(*contract.output_format);
  return contract.output_rounding != Rounding::nearest ? 2 * u : u / (1 + u);
}

double smallest(DType dtype) {
  return ulp(dtype, 0.0);
}

double underflow_error(const Contract& contract) {
  // Each product may lose half the smallest spacing of the arithmetic, two of
  // them add up in a component; the last cast loses half that of its own
  // format.
  double error = std::sqrt(2.0) * smallest(contract.rotation_format);
  if (cast_error(contract) > 0) {
    error +=
        std::sqrt(2.0) * smallest(*contract.output_format) * (contract.output_rounding != Rounding::nearest ? 1 : 0.5);
  }
  return error;
}

}  // namespace

Bounds::Bounds(const Spec& spec, const Contract& contract, DType dtype, std::vector<double> inv_freq)
    : contract_(contract),
      attention_factor_(std::fabs(spec.attention_factor)),
      inv_freq_(std::move(inv_freq)),
      frequency_(frequency_error(spec, contract)),
      rho_(rotation_error(contract, dtype)),
      kappa_(cast_error(contract)),
      underflow_(underflow_error(contract)) {}

double Bounds::product(std::int64_t position, int pair) const {
  const double f = inv_freq_[static_cast<std::size_t>(pair)];
  return product_of(position, f * past, f == 1 && frequency(pair) == 0);
}

double Bounds::product_near(std::int64_t position, int pair) const {
  return product_of(position, inv_freq_[static_cast<std::size_t>(pair)] * (1 + 0x1p-7), false);
}

double Bounds::product_of(std::int64_t position, double f, bool f_is_one) const {
  const double p = std::fabs(static_cast<double>(position));
  double rounded = p;
  if (contract_.position == PositionFormat::f32) rounded = round_to(DType::f32, p);
  if (contract_.position == PositionFormat::bf16) rounded = round_to(DType::bf16, p);
  if (contract_.position == PositionFormat::f16) rounded = round_to(DType::f16, p);
  if (!std::isfinite(rounded)) return std::numbers::pi;  // fp16 past 65504: the angle is lost altogether
  const double position_term = f * std::fabs(rounded - p);
  // A product with f = 1 is exact as long as the position is a number of the
  // format.
  const bool exact = f_is_one && round_to(contract_.angle_format, rounded) == rounded;
  const double s2 = exact ? 0 : 0.5 * ulp(contract_.angle_format, rounded * f);
  return (position_term + (p == 0 ? 0 : s2)) * evaluation;
}

double Bounds::angle(std::int64_t position, int pair) const {
  return (std::fabs(static_cast<double>(position)) * frequency(pair) + product(position, pair)) * evaluation;
}

double Bounds::table(double cos, double sin) const {
  const double a = attention_factor_;
  double components[2] = {std::fabs(cos), std::fabs(sin)};
  for (double& component : components) {
    const double plain = component / a;
    const double step = contract_.trig_ulp * ulp(contract_.trig_format, plain * past);
    double error = a * contract_.trig_ulp * ulp(contract_.trig_format, (plain + step) * past);  // S3
    if (a != 1) {
      const DType t = contract_.trig_format;
      error += 0.5 * ulp(t, a) * (plain + step) + 0.5 * ulp(t, component * past);
    }
    // S4: each narrower format on the way into the rotation: the table's, then
    // the rotation's own.
    DType from = contract_.trig_format;
    if (contract_.table_format && format(*contract_.table_format).precision < format(from).precision) {
      from = *contract_.table_format;
      error += (contract_.table_truncates ? 1 : 0.5) * ulp(from, (component + error) * past);
    }
    if (format(contract_.rotation_format).precision < format(from).precision) {
      error += 0.5 * ulp(contract_.rotation_format, (component + error) * past);
    }
    component = error;
  }
  return std::hypot(components[0], components[1]);
}

double Bounds::rounding(double cos, double sin) const {
  const double d = table(cos, sin);
  const double a = attention_factor_;
  return (d + rho_ * (a + d) + kappa_ * (1 + rho_) * (a + d)) * evaluation;
}

double Bounds::rotation(std::int64_t position, int pair, double cos, double sin, double alpha, double beta) const {
  const double delta = std::min(alpha * angle(position, pair), std::numbers::pi);
  return (attention_factor_ * 2 * std::sin(delta / 2) + beta * rounding(cos, sin)) * evaluation;
}

double Bounds::two_rotations(double cos, double sin) const {
  return 2 * (rho_ + kappa_ * (1 + rho_)) * (attention_factor_ + table(cos, sin)) * evaluation;
}

}  // namespace rope
