// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One query's scores against those of the exact rotation.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "reports/record.hpp"

namespace rope::conformance {

/// Weights of these scores; sums to 1.
std::vector<double> softmax(std::span<const double> scores);

/// One query, or one prediction: `got` beside `exact`, of the same length, none of it NaN.
///
/// What all scores have in common changes no weight, so `score` is half the range of the differences. Where all scores
/// of a query move by at most e, its weights move by at most tanh(e/2) in total variation: the odds of any set of
/// tokens against the rest change by a factor of at most exp(2e), and p moves furthest at odds exp(-e). tanh(score/2)
/// is that.
reports::AttentionShift shift_of(std::span<const double> exact, std::span<const double> got,
                                 std::span<const double> exact_weights, std::span<const double> weights);

}  // namespace rope::conformance
