// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The binary floating-point formats RoPE is computed in, and exact conversions between them and binary64.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rope {

/// Element type of a tensor or of one step of a computation.
enum class DType : std::uint8_t { f64, f32, f16, bf16 };

/// The types a RoPE tensor comes in, in the order in which everything lists them.
inline constexpr std::array<DType, 3> tensor_dtypes{DType::f32, DType::f16, DType::bf16};

/// Place of a tensor type in tensor_dtypes. f64 has none.
constexpr std::size_t tensor_index(DType dtype) {
  return static_cast<std::size_t>(dtype) - 1;
}

/// IEEE 754 parameters: a normal number is ±1.m × 2^e with `precision` significant bits and
/// min_exponent <= e <= max_exponent; the smallest positive number is 2^(min_exponent - precision + 1).
struct Format {
  std::string_view name;
  int precision;
  int min_exponent;
  int max_exponent;
  int bytes;
};

constexpr Format format(DType dtype) {
  switch (dtype) {
    case DType::f64:
      return {"fp64", 53, -1022, 1023, 8};
    case DType::f32:
      return {"fp32", 24, -126, 127, 4};
    case DType::f16:
      return {"fp16", 11, -14, 15, 2};
    case DType::bf16:
      return {"bf16", 8, -126, 127, 2};
  }
  return {};
}

constexpr std::string_view name(DType dtype) {
  return format(dtype).name;
}

/// "fp32", "fp16", "bf16", "fp64"; nothing else.
std::optional<DType> dtype_from_name(std::string_view name);

/// u = 2^-precision: the largest relative error of rounding to nearest.
double unit_roundoff(DType dtype);

/// Spacing of the format's numbers at |x| (of the binade that holds |x|; the subnormal spacing below the normal range).
/// x finite.
double ulp(DType dtype, double x);

/// The value of a bit pattern (low `bytes` bytes of `bits`). NaN and infinities map to themselves.
double to_double(DType dtype, std::uint64_t bits);

/// Rounds binary64 to the format, to nearest, ties to even, in one step; overflow gives an infinity. Returns bits.
std::uint64_t round_to_bits(DType dtype, double x);

/// to_double(round_to_bits(x)).
double round_to(DType dtype, double x);

}  // namespace rope
