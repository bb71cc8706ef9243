// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Inside the contract code: a contract's text cut into stages, and a stage's into its parts.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reference/dtype.hpp"

namespace rope {

/// One stage: [side.]name=format[:operation][~terms]
struct Stage {
  std::string_view full, prefix, name, format, operation, term;
};

struct Terms {
  double ulp = 0, u = 0, abs = 0, arg = 0;
};

/// Blanks inside parentheses mean nothing: fma(xc, xs).
std::string without_inner_blanks(std::string_view text);

/// Views into `word`. Where it is not a stage, `error` says why.
Stage split_stage(std::string_view word, std::string& error);

/// "2ulp+1arg"; nothing where it is not that in these units, or a number is negative or not finite.
std::optional<Terms> read_terms(std::string_view text, std::span<const std::string_view> units);

/// "f64", "f32", "f16" or "bf16"; nothing else.
std::optional<DType> parse_format(std::string_view text);

/// "a, b or c"
std::string list(std::span<const std::string_view> names);

}  // namespace rope
