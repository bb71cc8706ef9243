// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Why two models differ, in the keys of their files.
#pragma once

#include <optional>
#include <string>

#include "conformance/comparing/compared_layer.hpp"
#include "fixtures/layer_spec.hpp"
#include "reports/comparison.hpp"

namespace rope::conformance {

/// For one value that differs: which keys say it, and which one is missing. Nothing where the keys are the same.
std::optional<reports::Cause> cause_in_keys(fixtures::Field field, const ComparedLayer& first,
                                            const ComparedLayer& other);

/// A single step from one of the two that gives the other, tried out on the frequencies: "A without its scaling is B".
/// Nothing where none of those known here does.
std::optional<reports::Cause> single_step(const ComparedLayer& first, const ComparedLayer& other);

}  // namespace rope::conformance
