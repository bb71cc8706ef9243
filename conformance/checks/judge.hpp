// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Holds one output pair against the derived bounds: the grade against the usual pipeline, and the declared contract.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "conformance/checks/declared_truth.hpp"
#include "fixtures/fixture.hpp"
#include "reference/bounds.hpp"

namespace rope::conformance {

/// Worst of all cells compared; definitions in docs/conformance.md, "Grades".
enum class Grade : std::uint8_t { exact, better, equal, looser, fail };
std::string_view name(Grade grade);

/// Factors (alpha, beta) of E for each grade's limit.
struct GradeLimit {
  double alpha;
  double beta;
};
inline constexpr GradeLimit better_limit{0.25, 0.6};
inline constexpr GradeLimit equal_limit{1, 1};
inline constexpr GradeLimit looser_limit{16, 2};

/// One cell: a position, a pair, the exact rotation factors there, and the size of the input pair.
struct CellPlace {
  std::int64_t position = 0;
  int pair = 0;
  double cos = 0;
  double sin = 0;
  double input_norm = 1;
};

struct Score {
  Grade grade = Grade::exact;
  double equal_ratio = 0;    ///< error / E(1, 1)
  double failing_ratio = 0;  ///< error / E(16, 2)
};

/// Immutable, thread-safe.
class Judge {
 public:
  /// `declared`: the implementation's own contract for this dtype, if it has one. Cells may lie at positions below the
  /// larger of the fixture's extent and `extent`.
  Judge(const fixtures::Fixture& fixture, DType dtype, const std::optional<Contract>& declared,
        std::int64_t extent = 0);

  /// What the bounds are made of at one place, whatever the head and its input.
  struct At {
    Bounds::Errors usual;
    Bounds::Errors contract;         ///< on the declared truth where there is one
    CertifiedTable::Pair factors{};  ///< of the declared truth
  };
  /// The input_norm of `place` does not matter.
  At at(const CellPlace& place) const;

  /// `error`: |got - exact| of the pair, absolute; infinite or NaN where an output is. `correctly_rounded`: both
  /// components have the bits of the correct rounding.
  Score score(const CellPlace& place, const At& at, double error, bool correctly_rounded) const;
  Score score(const CellPlace& place, double error, bool correctly_rounded) const {
    return score(place, at(place), error, correctly_rounded);
  }

  /// error / declared bound, 0 where no contract is declared: on the declared truth where there is one, which needs the
  /// pair's input and output; else on the exact one, which needs `place` and `error`.
  double contract_ratio(const CellPlace& place, const At& at, double error, std::array<double, 2> in,
                        std::array<double, 2> got) const;
  double contract_ratio(const CellPlace& place, double error, std::array<double, 2> in,
                        std::array<double, 2> got) const {
    return contract_ratio(place, at(place), error, in, got);
  }

  const Bounds& usual() const { return usual_; }
  /// The declared contract's bounds against the exact truth.
  const std::optional<Bounds>& declared() const { return declared_; }
  /// Null where there is none.
  const std::shared_ptr<const DeclaredTruth>& declared_truth() const { return declared_truth_; }
  /// What the contract is judged by: the declared truth's bounds, or declared().
  const Bounds* contract_bounds() const {
    return declared_truth_ ? &declared_truth_->bounds() : declared_ ? &*declared_ : nullptr;
  }
  const std::optional<Contract>& contract() const { return contract_; }
  /// First position below the model's limit from which contract_bounds() say nothing (empty_contract.hpp); nothing
  /// where they say something everywhere or nothing is declared.
  std::optional<std::int64_t> contract_empty_from() const { return contract_empty_from_; }

 private:
  static double limit(const Bounds& bounds, const CellPlace& place, const Bounds::Errors& errors, GradeLimit factors);

  Bounds usual_;
  std::optional<Contract> contract_;
  std::optional<Bounds> declared_;
  std::shared_ptr<const DeclaredTruth> declared_truth_;
  std::optional<std::int64_t> contract_empty_from_;
};

}  // namespace rope::conformance
