// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests only: implementations that do what their contract says, step by step, each rounded to its format. Where a
// contract allows a library function k ulp, the caller chooses the error that it makes of them.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "reference/contract.hpp"
#include "reference/dtype.hpp"
#include "reference/spec.hpp"

namespace rope::honest {

/// The freedom a contract leaves.
struct Choices {
  double power_ulp = 0;  ///< error that the power function adds to its correctly rounded result, whole ulp
  double cos_ulp = 0;    ///< the same of cos and sin
  double sin_ulp = 0;
  bool reciprocals = false;  ///< a quotient with a scalar is a product with its reciprocal, as in PyTorch
};

/// Towards zero.
inline double truncate(DType dtype, double x) {
  const double nearest = round_to(dtype, x);
  return std::fabs(nearest) <= std::fabs(x) ? nearest : nearest - std::copysign(ulp(dtype, x), x);
}

class Pipeline {
 public:
  Pipeline(const Spec& spec, const Contract& contract, const Choices& choices)
      : spec_(spec), c_(contract), choices_(choices) {}

  /// `exact` is inv_freq itself, for the contract freq=…:cr.
  double inv_freq(int pair, double exact) const {
    if (c_.frequency_formula == FrequencyFormula::correctly_rounded) return round_to(c_.frequency_format, exact);
    const bool low = format(c_.frequency_format).precision < 24;
    const DType wide = low ? DType::f32 : c_.frequency_format;
    double f = plain(pair, wide);
    if (const auto* llama = std::get_if<Llama3Family>(&spec_.family)) f = scaled(*llama, f, wide);
    return low ? round_to(c_.frequency_format, f) : f;
  }

  double angle(std::int64_t position, double f) const {
    auto p = static_cast<double>(position);
    if (c_.position == PositionFormat::f32) p = round_to(DType::f32, p);
    if (c_.position == PositionFormat::f16) p = round_to(DType::f16, p);
    if (c_.position == PositionFormat::bf16) p = round_to(DType::bf16, p);
    return round_to(c_.angle_format, p * f);
  }

  /// cos and sin as the rotation reads them.
  std::array<double, 2> table(double angle) const {
    std::array<double, 2> cs{entry(std::cos(angle), choices_.cos_ulp), entry(std::sin(angle), choices_.sin_ulp)};
    return cs;
  }

  std::array<double, 2> rotate(const std::array<double, 2>& cs, double x0, double x1) const {
    const auto [c, s] = cs;
    std::array<double, 2> y{};
    switch (c_.fma) {
      case Contract::Fma::none:
        y = {r(r(x0 * c) - r(x1 * s)), r(r(x0 * s) + r(x1 * c))};
        break;
      case Contract::Fma::both:
        y = {fused(x0, c, -r(x1 * s)), fused(x0, s, r(x1 * c))};
        break;
      case Contract::Fma::any:
        y = {fused(x0, c, -r(x1 * s)), r(r(x0 * s) + r(x1 * c))};
        break;
    }
    if (c_.output_format) {
      for (double& v : y)
        v = c_.output_rounding == Rounding::truncate ? truncate(*c_.output_format, v) : round_to(*c_.output_format, v);
    }
    return y;
  }

 private:
  double plain(int pair, DType wide) const {
    const auto round = [wide](double v) { return round_to(wide, v); };
    if (pair == 0) return 1;
    const double x =
        choices_.reciprocals ? round(2.0 * pair * round(1.0 / spec_.rotary_dim)) : round(2.0 * pair / spec_.rotary_dim);
    const double theta = round(spec_.theta);
    const auto off = [&](double v) { return v + choices_.power_ulp * ulp(wide, v); };
    switch (c_.frequency_formula) {
      case FrequencyFormula::rpow:
        return round(1 / off(round(std::pow(theta, x))));
      case FrequencyFormula::pow:
        return off(round(std::pow(theta, -x)));
      case FrequencyFormula::exp:
        return round(std::exp(-round(x * round(std::log(theta)))));
      case FrequencyFormula::exp2:
        return round(std::exp2(-round(x * round(std::log2(theta)))));
      case FrequencyFormula::correctly_rounded:
      case FrequencyFormula::given:
      case FrequencyFormula::iterated:
        break;
    }
    return 0;  // inv_freq answers that itself
  }

  double scaled(const Llama3Family& family, double f, DType wide) const {
    const auto round = [wide](double v) { return round_to(wide, v); };
    const auto over_tensor = [&](double a, double b) {
      return choices_.reciprocals ? round(round(1 / b) * a) : round(a / b);
    };
    const auto over_scalar = [&](double a, double b) {
      return choices_.reciprocals ? round(a * round(1 / b)) : round(a / b);
    };
    const double length = round(static_cast<double>(family.original_max_position));
    const double s = round(family.factor), lf = round(family.low_freq_factor), hf = round(family.high_freq_factor);
    const double wavelength = over_tensor(round(2 * std::numbers::pi), f);
    if (wavelength > round(length / lf)) return over_scalar(f, s);
    if (wavelength < round(length / hf)) return f;
    const double t = round(round(over_tensor(length, wavelength) - lf) / round(hf - lf));
    return round(over_scalar(round(round(1 - t) * f), s) + round(t * f));
  }

  double entry(double value, double off) const {
    const DType t = c_.trig_format;
    double v = round_to(t, value);
    v += off * ulp(t, v);
    if (spec_.attention_factor != 1) v = round_to(t, round_to(t, spec_.attention_factor) * v);
    const DType held = c_.table_format.value_or(c_.rotation_format);
    return c_.table_truncates ? truncate(held, v) : round_to(held, v);
  }

  double r(double v) const { return round_to(c_.rotation_format, v); }

  double fused(double a, double b, double c) const {
    if (c_.rotation_format == DType::f32) {
      return static_cast<double>(std::fma(static_cast<float>(a), static_cast<float>(b), static_cast<float>(c)));
    }
    return r(std::fma(a, b, c));  // 16-bit formats: binary64 holds the exact sum
  }

  const Spec& spec_;
  const Contract& c_;
  const Choices& choices_;
};

}  // namespace rope::honest
