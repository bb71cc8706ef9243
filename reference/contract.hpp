// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A contract says which arithmetic an implementation uses, stage by stage. Grammar in docs/numerics.md, "Contracts".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "reference/dtype.hpp"
#include "reference/exact.hpp"

namespace rope {

/// How a position enters the product with inv_freq. tf32: 11 significant bits, fp32's exponents; which way the hardware
/// rounds to it is not said.
enum class PositionFormat { exact, f32, bf16, f16, tf32 };

/// What is done to the position in its format before the product.
enum class PositionOperation { none, divide, multiply };

/// The formula of inv_freq: the correctly rounded value, 1/theta^x, theta^-x, exp or exp2 of a rounded logarithm, a
/// product repeated pair by pair, or what the caller gave.
enum class FrequencyFormula { correctly_rounded, rpow, pow, exp, exp2, iterated, given };

/// Who computes a function where the contract says so and says nothing of its error: correctly rounded, or the C
/// library.
enum class Library { unsaid, correctly_rounded, glibc };

/// How the angle is made: one product; the position times the scale, again and again; a matrix product, which rounds
/// its factors to the format first.
enum class AngleOperation { multiply, iterated, einsum };

/// tf32: the factors are held in it, the product in fp32. f32x2: two fp32 numbers, 48 bits. Both with angle_format f32.
enum class AngleStyle { plain, tf32, f32x2 };

enum class Rounding { nearest, truncate, away, stochastic };

/// Which product of an output is fused into the addition.
enum class Fused { unsaid, x, y };

enum class Subnormals { keep, flush_results, flush_operands_and_results };

/// Where the attention factor is multiplied: with cos and sin as computed, with the stored table, with the tensor's
/// elements before the rotation, with its outputs.
enum class FactorPlace { none, trigonometry, stored, elements, output };

/// The stages of one tensor in one direction.
struct Arithmetic {
  PositionFormat position = PositionFormat::exact;
  PositionOperation position_operation = PositionOperation::none;
  double position_scale = 1;

  DType frequency_format = DType::f32;
  FrequencyFormula frequency_formula = FrequencyFormula::rpow;
  double frequency_ulp = 2;  ///< error of the power function, in ulp of its result; exp, exp2: of inv_freq as a whole
  double frequency_u = 0;    ///< the same relative to the result, in units of u; adds to frequency_ulp
  Library frequency_library = Library::unsaid;

  DType angle_format = DType::f32;
  AngleStyle angle_style = AngleStyle::plain;
  AngleOperation angle_operation = AngleOperation::multiply;
  double angle_ulp = 0;  ///< beyond the rounding of the product
  double angle_u = 0;

  DType trig_format = DType::f32;
  double trig_ulp = 2;
  double trig_u = 0;    ///< relative to the value
  double trig_abs = 0;  ///< whatever the value
  double trig_arg = 0;  ///< of the angle: k·|angle|·2^-24, as fast approximations have
  Library trig_library = Library::unsaid;

  FactorPlace factor_place = FactorPlace::trigonometry;
  std::optional<DType> factor_format = std::nullopt;  ///< how it is held; none: as cos and sin are

  std::optional<DType> table_format = std::nullopt;  ///< none: cos and sin are used as computed
  bool table_truncates = false;

  std::optional<DType> input_format = std::nullopt;  ///< what elements are rounded to first; none: nothing

  DType rotation_format = DType::f32;
  std::optional<DType> accumulation_format = std::nullopt;  ///< of products and sums; none: rotation_format
  enum class Fma { none, both, any } fma = Fma::none;       ///< which products are fused into the addition
  Fused fused_first = Fused::unsaid;                        ///< with Fma::both: x is xc, y is ys
  Fused fused_second = Fused::unsaid;                       ///< x is xs, y is yc

  std::optional<DType> output_format = std::nullopt;  ///< none: the arithmetic's own format is the tensor's
  Rounding output_rounding = Rounding::nearest;

  Subnormals subnormals = Subnormals::keep;

  /// The format in which products and sums of the rotation are rounded.
  DType arithmetic_format() const { return accumulation_format.value_or(rotation_format); }
  DType tensor_dtype() const { return output_format.value_or(arithmetic_format()); }

  friend bool operator==(const Arithmetic&, const Arithmetic&) = default;
};

/// For whom a stage with a prefix stands.
enum class Side : std::uint8_t { q, k, backward };

/// What tensors and directions share, and how some of them differ.
struct Contract : Arithmetic {
  bool bit_reproducible = false;  ///< repro=bits

  /// The stages (bit n: stage_names[n]) in which one side differs, with their values; others in `values` mean nothing.
  struct Variation {
    Side side = Side::q;
    std::uint32_t stages = 0;
    Arithmetic values;
    friend bool operator==(const Variation&, const Variation&) = default;
  };
  std::vector<Variation> variations;  ///< at most one for each side, in their order

  friend bool operator==(const Contract&, const Contract&) = default;
};

enum class Tensor : std::uint8_t { q, k };

/// The contract of one tensor in one direction: q. or k. first, backward. over both. Without variations.
Contract for_tensor(const Contract& contract, Tensor tensor, Direction direction);

/// The usual pipeline of a dtype as frameworks run it in eager mode (transformers, modeling_llama.py): fp32 inv_freq,
/// fp32 product, fp32 trigonometry, table and every operation of the rotation in the tensor's dtype.
Contract baseline_contract(DType dtype);

struct ContractError {
  std::string message;  ///< names the stage, what was found and what is accepted
};

/// Parses a contract for tensors of `dtype`. Stages left out keep the baseline's values.
std::variant<Contract, ContractError> parse_contract(std::string_view text, DType dtype);

/// Canonical text; parse_contract(text(c)) == c for every c that parse_contract gave.
std::string text(const Contract& contract);

/// Nothing where the contract promises at least: exact positions, inv_freq and angle in fp32 or better with at most 40
/// ulp, trigonometry to 4 ulp, elements and table no narrower than the tensor. Otherwise what is weaker.
std::optional<std::string> below_floor(const Contract& contract);

/// Largest error of glibc's function in ulp, as its sources state it (docs/numerics.md, "Libraries").
enum class Function { pow, exp, exp2, log, log2, cos_sin };
double library_ulp(Library library, Function function, DType format);

}  // namespace rope
