// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Grades are limits on one cell; a run's grade is that of its worst cell.
#include "conformance/checks/judge.hpp"

#include <array>
#include <cmath>

#include "conformance/checks/verdict.hpp"

namespace rope::conformance {
namespace {

// What the measured error itself may be off by: expected values are correctly rounded binary64 or better, and the two
// differences and their hypot round once each. In units of the output pair's size.
constexpr double measurement = 0x1p-50;

}  // namespace

std::string_view name(Grade grade) {
  constexpr std::array<std::string_view, 5> names{"exact", "better", "equal", "looser", "fail"};
  return names[static_cast<std::size_t>(grade)];
}

Judge::Judge(const fixtures::Fixture& fixture, DType dtype, const std::optional<Contract>& declared)
    : usual_(fixture.spec, baseline_contract(dtype), dtype, fixture.frequencies()), contract_(declared) {
  if (declared) declared_.emplace(fixture.spec, *declared, dtype, fixture.frequencies());
}

double Judge::limit(const Bounds& bounds, const CellPlace& place, GradeLimit factors) const {
  const double rotation =
      bounds.rotation(place.position, place.pair, place.cos, place.sin, factors.alpha, factors.beta);
  return place.input_norm * (rotation + measurement * bounds.attention_factor()) + factors.beta * bounds.underflow();
}

Score Judge::score(const CellPlace& place, double error, bool correctly_rounded) const {
  Score score;
  const auto ratio = [error](double limit) { return ratio_of(error, limit); };
  score.equal_ratio = ratio(limit(usual_, place, equal_limit));
  score.failing_ratio = ratio(limit(usual_, place, looser_limit));
  if (declared_) score.contract_ratio = ratio(limit(*declared_, place, equal_limit));
  // The bits alone are not enough: they and the exact value are two numbers of the fixture, and both must agree.
  if (correctly_rounded && score.equal_ratio <= 1) {
    score.grade = Grade::exact;
  } else if (error <= limit(usual_, place, better_limit)) {
    score.grade = Grade::better;
  } else if (score.equal_ratio <= 1) {
    score.grade = Grade::equal;
  } else if (score.failing_ratio <= 1) {
    score.grade = Grade::looser;
  } else {
    score.grade = Grade::fail;
  }
  return score;
}

}  // namespace rope::conformance
