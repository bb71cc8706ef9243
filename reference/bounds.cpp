// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The stage sums S2 to S5 of docs/numerics.md; names are those of that page.
#include "reference/bounds.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <utility>

#include "reference/frequency_error.hpp"

namespace rope {
namespace {

// What binary64 evaluation of a bound may lose: fewer than 100 operations, each to 2^-53.
constexpr double evaluation = 1 + 0x1p-40;

// A value just past x, so that the ulp is that of the larger of computed and exact value.
constexpr double past = 1 + 0x1p-16;

constexpr double unknown_angle = std::numeric_limits<double>::infinity();

/// Spacing of numbers with 11 bits.
double tf32_ulp(double x) {
  return ulp(DType::f32, x) * 0x1p13;
}

std::vector<RotationBound> sides_of(const Contract& contract, double attention_factor) {
  std::vector<RotationBound> sides;
  if (contract.variations.empty()) return {RotationBound(contract, attention_factor)};
  for (const Direction direction : {Direction::forward, Direction::backward}) {
    for (const Tensor tensor : {Tensor::q, Tensor::k}) {
      sides.emplace_back(for_tensor(contract, tensor, direction), attention_factor);
    }
  }
  return sides;
}

}  // namespace

Bounds::Bounds(const Spec& spec, const Contract& contract, DType dtype, std::vector<double> inv_freq)
    : contract_(contract),
      attention_factor_(std::fabs(spec.attention_factor)),
      inv_freq_(std::move(inv_freq)),
      frequency_(frequency_error(spec, contract)),
      given_(std::holds_alternative<GivenFamily>(spec.family)),
      sides_(sides_of(contract, attention_factor_)),
      largest_rounding_(rounding(attention_factor_, attention_factor_)) {
  if (contract.tensor_dtype() != dtype) {
    throw std::invalid_argument("a contract for " + std::string(name(contract.tensor_dtype())) +
                                " tensors was given for " + std::string(name(dtype)) + " tensors");
  }
}

double Bounds::product(std::int64_t position, int pair) const {
  const double f = inv_freq_[static_cast<std::size_t>(pair)];
  return product_of(position, pair, f * past, f == 1 && frequency(pair) == 0);
}

double Bounds::product_near(std::int64_t position, int pair) const {
  return product_of(position, pair, inv_freq_[static_cast<std::size_t>(pair)] * (1 + 0x1p-7), false);
}

/// The position as the product takes it, and what it differs from the exact one by at most.
Bounds::Held Bounds::position_held(double p) const {
  DType format = DType::f64;
  switch (contract_.position) {
    case PositionFormat::exact:
      return {p, 0};
    case PositionFormat::tf32: {  // in either direction
      const double lost = round_to(DType::f16, p) == p ? 0 : tf32_ulp(p);
      return {p + lost, lost};
    }
    case PositionFormat::f32:
      format = DType::f32;
      break;
    case PositionFormat::bf16:
      format = DType::bf16;
      break;
    case PositionFormat::f16:
      format = DType::f16;
      break;
  }
  const double rounded = round_to(format, p);
  if (contract_.position_operation == PositionOperation::none) return {rounded, std::fabs(rounded - p)};
  const double s = round_to(format, contract_.position_scale);
  const double scaled = contract_.position_operation == PositionOperation::divide ? rounded / s : rounded * s;
  if (!std::isfinite(scaled)) return {scaled, scaled};
  const double half = 0.5 * ulp(format, scaled * past);
  return {scaled + half, std::fabs(scaled - p) + half};
}

Bounds::ProductParts Bounds::product_parts(std::int64_t position, int pair, double f, bool f_is_one) const {
  const double p = std::fabs(static_cast<double>(position));
  if (p == 0) return {0, 0};
  Held held = position_held(p);
  // fp16 past 65504: the angle is lost altogether. So it is where nothing tells one pair's angle from the next.
  const bool iterated = contract_.angle_operation == AngleOperation::iterated;
  if (!std::isfinite(held.value) || (iterated && given_)) return {std::numbers::pi, 0};
  const DType format_ = contract_.angle_format;
  const double u = unit_roundoff(format_);
  double f_off = 0;  // what a matrix product's operand loses
  if (contract_.angle_style == AngleStyle::tf32) {
    const double lost = round_to(DType::f16, held.value) == held.value ? 0 : tf32_ulp(held.value);
    held = {held.value + lost, held.off + lost};
    f_off = f_is_one ? 0 : tf32_ulp(f);
  } else if (contract_.angle_operation == AngleOperation::einsum) {
    const double lost = std::fabs(round_to(format_, held.value) - held.value);
    held = {held.value + lost, held.off + lost};
    const bool narrower = format(format_).precision < format(contract_.frequency_format).precision;
    f_off = f_is_one || !narrower ? 0 : 0.5 * ulp(format_, f);
    if (!std::isfinite(held.value)) return {std::numbers::pi, 0};
  }
  const double angle = held.value * (f + f_off);
  const double moved = f * held.off + held.value * f_off;
  const double more = contract_.angle_ulp * ulp(format_, angle) + contract_.angle_u * u * angle;
  // A product with f = 1 is exact as long as the position is a number of the format.
  const bool exact = f_is_one && round_to(format_, held.value) == held.value;
  double s2 = 0;
  if (iterated) {
    // The position as the first angle, then one product for each pair before; `angle` differs by S1 at most.
    const double one = u * (1 + 2 * contract_.angle_ulp + contract_.angle_u);
    const double roundings = pair + (round_to(format_, held.value) == held.value ? 0 : 1);
    s2 = (angle + held.value * frequency(pair)) * std::expm1(roundings * std::log1p(one));
  } else if (contract_.angle_style == AngleStyle::f32x2) {
    s2 = more + (exact ? 0 : 0x1p-48 * angle);
  } else {
    s2 = more + (exact ? 0 : 0.5 * ulp(format_, angle));
  }
  return {moved, s2};
}

double Bounds::product_of(std::int64_t position, int pair, double f, bool f_is_one) const {
  const ProductParts parts = product_parts(position, pair, f, f_is_one);
  return std::min((parts.position + parts.product) * evaluation,
                  static_cast<double>(std::numeric_limits<float>::max()));
}

double Bounds::angle(std::int64_t position, int pair) const {
  return (std::fabs(static_cast<double>(position)) * frequency(pair) + product(position, pair)) * evaluation;
}

double Bounds::rounding_at(double cos, double sin, double angle) const {
  double largest = 0;
  for (const RotationBound& side : sides_) largest = std::max(largest, side.rounding(cos, sin, angle));
  return largest * evaluation;
}

double Bounds::rounding(double cos, double sin) const {
  return rounding_at(cos, sin, unknown_angle);
}

Bounds::Errors Bounds::errors(std::int64_t position, int pair, double cos, double sin) const {
  const double delta = angle(position, pair);
  const double held = std::fabs(static_cast<double>(position)) * inv_freq_[static_cast<std::size_t>(pair)] + delta;
  return {delta, rounding_at(cos, sin, held)};
}

double Bounds::rotation(const Errors& errors, double alpha, double beta) const {
  const double delta = std::min(alpha * errors.angle, std::numbers::pi);
  return (attention_factor_ * 2 * std::sin(delta / 2) + beta * errors.rounding) * evaluation;
}

Bounds::Stages Bounds::stages(std::int64_t position, int pair, double cos, double sin) const {
  const double f = inv_freq_[static_cast<std::size_t>(pair)];
  const double p = std::fabs(static_cast<double>(position));
  const ProductParts product = product_parts(position, pair, f * past, f == 1 && frequency(pair) == 0);
  Stages stages{};
  stages.frequency = p * frequency(pair) * evaluation;
  stages.position = product.position * evaluation;
  stages.angle = product.product * evaluation;
  for (const RotationBound& side : sides_) {
    const RotationBound::Parts parts = side.parts(cos, sin, p * f + angle(position, pair));
    stages.trigonometry = std::max(stages.trigonometry, parts.trigonometry * evaluation);
    stages.table = std::max(stages.table, parts.table * evaluation);
    stages.rotation = std::max(stages.rotation, parts.rotation * evaluation);
    stages.output = std::max(stages.output, parts.output * evaluation);
  }
  return stages;
}

double Bounds::underflow() const {
  double largest = 0;
  for (const RotationBound& side : sides_) largest = std::max(largest, side.underflow());
  return largest;
}

double Bounds::two_rotations(double cos, double sin) const {
  double largest = 0;
  for (const RotationBound& side : sides_) largest = std::max(largest, side.two_rotations(cos, sin, unknown_angle));
  return largest * evaluation;
}

}  // namespace rope
