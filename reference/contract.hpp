// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A contract says which arithmetic an implementation uses, stage by stage. Grammar in docs/numerics.md:
//   contract = {stage}     stage = name "=" fmt [":" op] ["~" k unit]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "reference/dtype.hpp"

namespace rope {

/// How a position enters the product with inv_freq.
enum class PositionFormat { exact, f32, bf16, f16 };

/// The formula of inv_freq: the correctly rounded value, 1/theta^x, theta^-x, or exp or exp2 of a rounded logarithm.
enum class FrequencyFormula { correctly_rounded, rpow, pow, exp, exp2 };

struct Contract {
  PositionFormat position = PositionFormat::exact;

  DType frequency_format = DType::f32;
  FrequencyFormula frequency_formula = FrequencyFormula::rpow;
  double frequency_ulp = 2;  ///< error of the power function, in ulp of its result; exp, exp2: of inv_freq as a whole

  DType angle_format = DType::f32;

  DType trig_format = DType::f32;
  double trig_ulp = 2;

  std::optional<DType> table_format = std::nullopt;  ///< none: cos and sin are used as computed
  bool table_truncates = false;

  DType rotation_format = DType::f32;
  enum class Fma { none, both, any } fma = Fma::none;  ///< which products are fused into the addition

  std::optional<DType> output_format = std::nullopt;  ///< none: the rotation's own format is the tensor's
  bool output_truncates = false;

  bool bit_reproducible = false;  ///< repro=bits

  friend bool operator==(const Contract&, const Contract&) = default;
};

/// The usual pipeline of a dtype as frameworks run it in eager mode (transformers, modeling_llama.py): fp32 inv_freq,
/// fp32 product, fp32 trigonometry, table and every operation of the rotation in the tensor's dtype.
Contract baseline_contract(DType dtype);

struct ContractError {
  std::string message;  ///< names the stage, what was found and what is accepted
};

/// Parses a contract for tensors of `dtype`. Stages left out keep the baseline's values.
std::variant<Contract, ContractError> parse_contract(std::string_view text, DType dtype);

/// Canonical text; parse_contract(text(c)) == c.
std::string text(const Contract& contract);

/// Nothing where the contract promises at least: exact positions, inv_freq and angle in fp32 or better with at most 40
/// ulp, trigonometry to 4 ulp. Otherwise what is weaker.
std::optional<std::string> below_floor(const Contract& contract);

}  // namespace rope
