// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The frequencies that a pinned contract's formula gives, operation by operation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reference/contract.hpp"
#include "reference/spec.hpp"

namespace rope::pipeline {

/// Nothing where stage freq is pinned for this family; otherwise what it leaves open.
std::optional<std::string> frequency_not_pinned(const Arithmetic& arithmetic, const Spec& spec);

/// As held, one for each pair.
std::vector<double> frequencies(const Arithmetic& arithmetic, const Spec& spec);

/// The factor from one pair's angle to the next of angle=…:iter, theta^(-2/rotary_dim) by the formula of freq.
double iteration_factor(const Arithmetic& arithmetic, const Spec& spec);

}  // namespace rope::pipeline
