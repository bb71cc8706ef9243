// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Inside the contract code: what the stages of one tensor in one direction must agree on.
#pragma once

#include <optional>
#include <string>

#include "reference/contract.hpp"

namespace rope {

/// What does not fit together, or not the tensor, and what is expected instead.
std::optional<std::string> disagreement(const Arithmetic& arithmetic, DType dtype);

/// A last rounding that has nothing to round. One side may have that where another has not.
std::optional<std::string> idle_rounding(const Arithmetic& arithmetic);

}  // namespace rope
