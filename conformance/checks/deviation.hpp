// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Collects how far a property is missed, cell by cell, against its bound at each strictness, and makes the case of it.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/checks/number_text.hpp"
#include "conformance/checks/probe.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// One comparison of a property check.
struct Deviation {
  std::int64_t position = 0;
  int pair = 0;
  std::string what;  ///< "random row", "in place against out of place"
  std::vector<reports::Number> inputs, expected, got;
};

/// The bounds of a comparison at each strictness.
struct Limits {
  double equal = 0;                ///< E(1, 1) of the usual pipeline
  double failing = 0;              ///< E(16, 2)
  std::optional<double> contract;  ///< the declared contract's own, where one is declared
};

/// Whether values that must be the same are compared bit by bit too.
enum class Bits : std::uint8_t { compared, left_alone };

class Deviations {
 public:
  explicit Deviations(const Probe& probe) : probe_(probe) {}

  /// `error`: absolute; one that is not a finite number is beyond any bound. `bound(bounds, factors)`: of this
  /// comparison, for the usual pipeline's or the contract's Bounds. `more()` describes it as a Deviation; it is called
  /// only where the cell becomes the worst one.
  template <typename BoundOf, typename More>
  void add(double error, const BoundOf& bound, const More& more) {
    // No error is a ratio of 0 to any bound, and the first cell has that or more.
    if (error == 0 && cells_ > 0) {
      ++cells_;
      return;
    }
    const Becomes becomes = weigh(error, limits(bound));
    if (becomes.failing) failing_.deviation = more();
    if (becomes.contract) contract_.deviation = more();
  }

  /// The same against limits that are already known.
  template <typename More>
  void add_within(double error, const Limits& limits, const More& more) {
    const Becomes becomes = weigh(error, limits);
    if (becomes.failing) failing_.deviation = more();
    if (becomes.contract) contract_.deviation = more();
  }

  /// Values that must be the same. Where `bits` are compared, other ones within the bound are a finding (a warning, or
  /// a failure where bits are required). Both are made of numbers, so a NaN or an infinity is a failure, be it in both.
  template <typename BoundOf, typename More>
  void add_same(std::uint32_t expected, std::uint32_t got, Bits bits, const BoundOf& bound, const More& more) {
    add(difference_of_same(expected, got, bits), bound, more);
  }

  /// An element that is copied and not rotated: any other bits are beyond every bound. `what()` says which element.
  template <typename What>
  void add_copy(std::uint32_t before, std::uint32_t after, std::int64_t position, const What& what) {
    add(
        before == after ? 0 : HUGE_VAL, [](const Bounds&, GradeLimit) { return 1.0; },
        [&]() -> Deviation {
          return {position,
                  -1,
                  what(),
                  {number(probe_.dtype, before)},
                  {number(probe_.dtype, before)},
                  {number(probe_.dtype, after)}};
        });
  }

  std::size_t cells() const { return cells_; }

  /// Verdict by the largest ratio: beyond E(16, 2) or the contract fails, beyond E(1, 1) warns.
  reports::Case result(const std::string& what) const;

 private:
  struct Kept {
    double ratio = -1;
    double error = 0;
    double bound = 0;
    Deviation deviation;
  };
  struct Becomes {
    bool failing = false;
    bool contract = false;
  };

  template <typename BoundOf>
  Limits limits(const BoundOf& bound) const {
    Limits out{bound(probe_.judge.usual(), equal_limit), bound(probe_.judge.usual(), looser_limit), std::nullopt};
    if (probe_.judge.declared()) out.contract = bound(*probe_.judge.declared(), equal_limit);
    return out;
  }

  /// Counts the cell; says where it has become the worst.
  Becomes weigh(double error, const Limits& limits);
  static bool keep(Kept& kept, double error, double limit);
  double difference_of_same(std::uint32_t expected, std::uint32_t got, Bits bits);

  const Probe& probe_;
  std::size_t cells_ = 0;
  std::size_t different_bits_ = 0;
  double equal_ratio_ = 0;
  Kept failing_, contract_;
};

/// An answer that is not there, as the case of the check; nothing where it is there.
std::optional<reports::Case> no_answer(const RotateAnswer& answer);

}  // namespace rope::conformance
