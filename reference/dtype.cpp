// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Conversions between binary64 and the formats, in integers: no dependence on the rounding mode or on flush-to-zero.
#include "reference/dtype.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "reference/encoding.hpp"

namespace rope {
namespace {

constexpr Format binary64 = format(DType::f64);
constexpr int fraction_bits64 = binary64.precision - 1;
constexpr std::uint64_t fraction_mask64 = (std::uint64_t{1} << fraction_bits64) - 1;
constexpr std::uint64_t exponent_mask64 = std::uint64_t{0x7ff} << fraction_bits64;

/// 2^e, an exponent of binary64 or below its normal ones.
double power_of_two(int e) {
  if (e < binary64.min_exponent) return std::ldexp(1.0, e);
  return std::bit_cast<double>(static_cast<std::uint64_t>(e - binary64.min_exponent + 1) << fraction_bits64);
}

}  // namespace

std::optional<DType> dtype_from_name(std::string_view text) {
  for (const DType dtype : {DType::f64, DType::f32, DType::f16, DType::bf16}) {
    if (name(dtype) == text) return dtype;
  }
  return std::nullopt;
}

double unit_roundoff(DType dtype) {
  return power_of_two(-format(dtype).precision);
}

double ulp(DType dtype, double x) {
  const Format f = format(dtype);
  const auto field = static_cast<int>((std::bit_cast<std::uint64_t>(x) & exponent_mask64) >> fraction_bits64);
  // 0 and what is subnormal in binary64 lie below every format's normal range.
  const int e = std::clamp(field - 1 + binary64.min_exponent, f.min_exponent, f.max_exponent);
  return power_of_two(e - f.precision + 1);
}

double to_double(DType dtype, std::uint64_t bits) {
  if (dtype == DType::f64) return std::bit_cast<double>(bits);
  const Format f = format(dtype);
  const int fraction_bits = f.precision - 1;
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << fraction_bits) - 1);
  const auto special = static_cast<std::uint64_t>(f.max_exponent - f.min_exponent + 2);
  const std::uint64_t exponent = (bits >> fraction_bits) & special;  // `special` is all ones: also the field's mask
  const std::uint64_t sign = ((bits >> (8 * f.bytes - 1)) & 1) << 63;

  std::uint64_t magnitude = 0;
  if (exponent == special) {
    magnitude = exponent_mask64 | fraction << (fraction_bits64 - fraction_bits);
  } else if (exponent != 0) {
    const auto bias = static_cast<std::uint64_t>(f.min_exponent - binary64.min_exponent);
    magnitude = (exponent + bias) << fraction_bits64 | fraction << (fraction_bits64 - fraction_bits);
  } else {
    // The smallest number of the format: normal in binary64, the product exact.
    const double step = dtype == DType::f32 ? 0x1p-149 : dtype == DType::f16 ? 0x1p-24 : 0x1p-133;
    magnitude = std::bit_cast<std::uint64_t>(static_cast<double>(fraction) * step);
  }
  return std::bit_cast<double>(sign | magnitude);
}

std::uint64_t round_to_bits(DType dtype, double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  if (dtype == DType::f64) return bits;
  const bool negative = bits >> 63 != 0;
  const std::uint64_t fraction = bits & fraction_mask64;
  const auto exponent = static_cast<std::int64_t>((bits & exponent_mask64) >> fraction_bits64);

  if (exponent == 0x7ff) {
    const Format f = format(dtype);
    const int fraction_bits = f.precision - 1;
    const std::uint64_t infinity = static_cast<std::uint64_t>(f.max_exponent - f.min_exponent + 2) << fraction_bits;
    const std::uint64_t sign = negative ? std::uint64_t{1} << (8 * f.bytes - 1) : 0;
    if (fraction == 0) return sign | infinity;
    const std::uint64_t quiet = std::uint64_t{1} << (fraction_bits - 1);
    return sign | infinity | quiet | fraction >> (fraction_bits64 - fraction_bits);
  }
  // x = significand · 2^(e - 52), significand < 2^53; brought to the form with the leading bit at 63.
  const std::uint64_t significand = exponent == 0 ? fraction : fraction | (std::uint64_t{1} << fraction_bits64);
  if (significand == 0) return encode(dtype, {negative, 0, 0, false});
  const std::int64_t e = (exponent == 0 ? 1 : exponent) - 1 + binary64.min_exponent;
  const int zeros = std::countl_zero(significand);
  return encode(dtype, {negative, e - fraction_bits64 + 64 - zeros, significand << zeros, false});
}

double round_to(DType dtype, double x) {
  return to_double(dtype, round_to_bits(dtype, x));
}

}  // namespace rope
