// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Limits that are never above the derived ones and cost a few operations, so that only cells that might matter are
// judged in full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "conformance/checks/judge.hpp"

namespace rope::conformance {

/// For one Judge. Immutable, thread-safe.
class QuickLimits {
 public:
  QuickLimits(const Judge& judge, std::size_t pairs);

  /// Lower limits at one position, by pair, for r = 1: each is at most the E(alpha, beta) that Judge uses there.
  struct Row {
    std::vector<double> better, equal, looser, contract;
  };
  /// `contract` is empty where none is declared.
  void row(std::int64_t position, Row& out) const;

 private:
  /// E(alpha, beta) >= A·(x - x^3/24) + beta·least, x = min(alpha·|p|·S1, pi).
  ///
  /// Angle: Delta >= |p|·S1, and 2·sin(x/2) >= x - x^3/24 for x >= 0. Rounding: L grows with D', D' is at least the
  /// error of its larger component, that component is at least A/sqrt(2), and errors do not shrink as values grow.
  struct Of {
    Of(const Bounds& bounds, std::size_t pairs);
    void row(double p, GradeLimit factors, std::vector<double>& out) const;
    double attention_factor;
    double least;
    std::vector<double> frequency;
  };

  Of usual_;
  std::optional<Of> declared_;
};

}  // namespace rope::conformance
