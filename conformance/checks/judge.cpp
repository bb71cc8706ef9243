// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Grades are limits on one cell; a run's grade is that of its worst cell.
#include "conformance/checks/judge.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "conformance/checks/empty_contract.hpp"
#include "conformance/checks/rotated_pair.hpp"
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

Judge::Judge(const fixtures::Fixture& fixture, DType dtype, const std::optional<Contract>& declared,
             std::int64_t extent)
    : usual_(fixture.spec, baseline_contract(dtype), dtype, fixture.frequencies()), contract_(declared) {
  if (!declared) return;
  declared_.emplace(fixture.spec, *declared, dtype, fixture.frequencies());
  declared_truth_ = DeclaredTruth::make(fixture.spec, *declared, dtype, std::max(fixture.extent, extent));
  contract_empty_from_ = empty_from(*contract_bounds(), equal_limit.alpha, equal_limit.beta,
                                    static_cast<int>(fixture.pairs()), fixture.spec.max_position);
}

double Judge::limit(const Bounds& bounds, const CellPlace& place, const Bounds::Errors& errors, GradeLimit factors) {
  const double rotation = bounds.rotation(errors, factors.alpha, factors.beta);
  return place.input_norm * (rotation + measurement * bounds.attention_factor()) + factors.beta * bounds.underflow();
}

Judge::At Judge::at(const CellPlace& place) const {
  At out;
  out.usual = usual_.errors(place.position, place.pair, place.cos, place.sin);
  if (declared_truth_) {
    out.factors = declared_truth_->table().at(place.position, place.pair);
    const DoubleDouble& cos = out.factors.cos;
    const DoubleDouble& sin = out.factors.sin;
    out.contract = declared_truth_->bounds().errors(place.position, place.pair, cos.hi, sin.hi);
  } else if (declared_) {
    out.contract = declared_->errors(place.position, place.pair, place.cos, place.sin);
  }
  return out;
}

Score Judge::score(const CellPlace& place, const At& at, double error, bool correctly_rounded) const {
  Score score;
  const Bounds::Errors& errors = at.usual;
  score.equal_ratio = ratio_of(error, limit(usual_, place, errors, equal_limit));
  score.failing_ratio = ratio_of(error, limit(usual_, place, errors, looser_limit));
  // The bits alone are not enough: they and the exact value are two numbers of the fixture, and both must agree.
  if (correctly_rounded && score.equal_ratio <= 1) {
    score.grade = Grade::exact;
  } else if (error <= limit(usual_, place, errors, better_limit)) {
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

double Judge::contract_ratio(const CellPlace& place, const At& at, double error, std::array<double, 2> in,
                             std::array<double, 2> got) const {
  if (!declared_) return 0;
  const double bound = limit(*contract_bounds(), place, at.contract, equal_limit);
  if (!declared_truth_) return ratio_of(error, bound);
  const std::array<DoubleDouble, 2> wanted = rotated_pair(in, at.factors);
  const double off = std::hypot(difference(got[0], wanted[0]), difference(got[1], wanted[1]));
  return ratio_of(std::isnan(off) ? HUGE_VAL : off, bound);
}

}  // namespace rope::conformance
