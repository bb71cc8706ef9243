// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Holds one output pair against the derived bounds: the grade against the usual pipeline, and the declared contract.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

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
  double equal_ratio = 0;     ///< error / E(1, 1)
  double failing_ratio = 0;   ///< error / E(16, 2)
  double contract_ratio = 0;  ///< error / declared bound; 0 where none is declared
};

/// Immutable, thread-safe.
class Judge {
 public:
  /// `declared`: the implementation's own contract for this dtype, if it has one.
  Judge(const fixtures::Fixture& fixture, DType dtype, const std::optional<Contract>& declared);

  /// `error`: |got - exact| of the pair, absolute; infinite or NaN where an output is. `correctly_rounded`: both
  /// components have the bits of the correct rounding.
  Score score(const CellPlace& place, double error, bool correctly_rounded) const;

  const Bounds& usual() const { return usual_; }
  const std::optional<Bounds>& declared() const { return declared_; }
  const std::optional<Contract>& contract() const { return contract_; }

 private:
  double limit(const Bounds& bounds, const CellPlace& place, GradeLimit factors) const;

  Bounds usual_;
  std::optional<Contract> contract_;
  std::optional<Bounds> declared_;
};

}  // namespace rope::conformance
