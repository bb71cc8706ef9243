// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Collects how far a property is missed, cell by cell, against its bound at each strictness, and makes the case of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/checks/probe.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// One comparison of a property check.
struct Deviation {
  double error = 0;  ///< absolute; NaN counts as infinite
  std::int64_t position = 0;
  int pair = 0;
  std::string what;  ///< "random row", "in place against out of place"
  std::vector<reports::Number> inputs, expected, got;
};

/// The bound of a comparison under given bounds and strictness; called for the usual pipeline and the contract.
using BoundOf = std::function<double(const Bounds&, GradeLimit)>;

class Deviations {
 public:
  explicit Deviations(const Probe& probe) : probe_(probe) {}

  /// `more` describes the cell; it is called only where the cell becomes the worst one.
  void add(double error, const BoundOf& bound, const std::function<Deviation()>& more);

  /// Values that must be the same, bits included: where they differ, within the bound is a finding (a warning, or a
  /// failure where bits are required), beyond it a failure.
  void add_same(DType dtype, std::uint32_t expected, std::uint32_t got, double error, const BoundOf& bound,
                const std::function<Deviation()>& more);

  /// Verdict by the largest ratio: beyond E(16, 2) or the contract fails, beyond E(1, 1) warns.
  reports::Case result(const std::string& what) const;

 private:
  struct Kept {
    double ratio = -1;
    double bound = 0;
    Deviation deviation;
  };
  const Probe& probe_;
  std::size_t cells_ = 0;
  std::size_t different_bits_ = 0;
  double equal_ratio_ = 0;
  Kept failing_, contract_;
};

/// An answer that is not there, as the case of the check; nothing where it is there.
std::optional<reports::Case> no_answer(const RotateAnswer& answer);

}  // namespace rope::conformance
