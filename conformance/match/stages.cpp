// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each stage is held against the exact value of what enters it, in double-double where binary64 is not enough.
#include "conformance/match/stages.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "conformance/checks/accuracy.hpp"
#include "reference/bounds.hpp"

namespace rope::conformance {
namespace {

enum Stage : std::uint8_t { frequency, position, angle, trigonometry, table, rotation, output };
constexpr std::array<std::string_view, 7> stage_names{"frequency", "position", "angle", "trigonometry",
                                                      "table",     "rotation", "output"};

/// a·b without error but underflow.
DoubleDouble product(double a, double b) {
  const double hi = a * b;
  return {hi, std::fma(a, b, -hi)};
}

/// x - a·b for x near it.
double off_product(double x, double a, double b) {
  return difference(x, product(a, b));
}

struct Cell {
  std::int64_t position;
  int pair;
};

class Split {
 public:
  Split(const fixtures::Fixture& fixture, const Contract& contract, const Pipeline* pipeline, DType dtype)
      : fixture_(fixture),
        contract_(contract),
        pipeline_(pipeline),
        dtype_(dtype),
        factor_(fixture.spec.attention_factor),
        bounds_(fixture.spec, contract, dtype, fixture.frequencies()) {
    for (std::size_t n = 0; n < stage_names.size(); ++n) {
      out_.stages.push_back({});
      out_.stages.back().stage = stage_names[n];
      out_.stages.back().radians = n <= angle;
    }
  }

  void row(const Response& response, std::size_t row) {
    for (std::size_t pair = 0; pair < response.pairs; ++pair) {
      const Cell cell{fixture_.positions[row], static_cast<int>(pair)};
      const std::size_t at = row * response.pairs + pair;
      const DoubleDouble c = fixture_.cos[at], s = fixture_.sin[at];
      if (pipeline_ != nullptr) {
        held_ = pipeline_->stages(cell.position, cell.pair);
        // What follows the angle is held against bounds at the angle that enters, wherever it was moved before.
        allowed_ = bounds_.stages(cell.position, cell.pair, factor_ * held_.trig_cos, factor_ * held_.trig_sin);
        table_made(cell, c, s);
      } else {
        allowed_ = bounds_.stages(cell.position, cell.pair, c.hi, s.hi);
        largest_allowed(cell);
      }
      for (Head head : all_heads) rotated(response, {head, row, pair}, cell);
    }
  }

  StageSplit take() {
    if (!before_angle_apart()) {
      out_.stages.erase(out_.stages.begin(), out_.stages.begin() + angle);
    }
    return std::move(out_);
  }

 private:
  /// An iterated angle has no frequency and no position of its own.
  bool before_angle_apart() const { return contract_.angle_operation != AngleOperation::iterated; }
  bool factor_in_table() const {
    return contract_.factor_place == FactorPlace::trigonometry || contract_.factor_place == FactorPlace::stored;
  }

  void keep(Stage stage, const Cell& cell, double error, double bound) {
    if (!std::isfinite(error)) return;
    StageError& kept = out_.stages[stage];
    if (error > 0) kept.ratio = std::max(kept.ratio, bound > 0 ? error / bound : HUGE_VAL);
    if (kept.measured && error <= *kept.measured) return;
    kept.measured = error;
    kept.bound = bound;
    kept.position = cell.position;
    kept.pair = cell.pair;
  }

  void largest_allowed(const Cell& cell) {
    const std::array<double, 7> bounds{allowed_.frequency, allowed_.position, allowed_.angle, allowed_.trigonometry,
                                       allowed_.table,     allowed_.rotation, allowed_.output};
    for (std::size_t n = 0; n < bounds.size(); ++n) {
      StageError& kept = out_.stages[n];
      const double bound = n == angle && !before_angle_apart() ? bounds_.angle(cell.position, cell.pair) : bounds[n];
      if (bound <= kept.bound) continue;
      kept.bound = bound;
      kept.position = cell.position;
      kept.pair = cell.pair;
    }
  }

  void table_made(const Cell& cell, DoubleDouble c, DoubleDouble s) {
    const auto p = static_cast<double>(cell.position);
    const DoubleDouble w = fixture_.inv_freq[static_cast<std::size_t>(cell.pair)];
    DoubleDouble exact_angle = product(p, w.hi);
    exact_angle.lo += p * w.lo;
    const double moved = difference(held_.angle, exact_angle);
    if (before_angle_apart()) {
      const double f = held_.inv_freq;
      // A matrix product rounds its operands first.
      const bool operands = contract_.angle_operation == AngleOperation::einsum;
      const double p_held = operands ? round_to(contract_.angle_format, held_.position) : held_.position;
      const double f_held = operands ? round_to(contract_.angle_format, f) : f;
      keep(frequency, cell, std::fabs(p * difference(f, w)), allowed_.frequency);
      keep(position, cell, std::fabs(f_held * (p_held - p) + p * (f_held - f)), allowed_.position);
      keep(angle, cell, std::fabs(off_product(held_.angle, p_held, f_held)), allowed_.angle);
    } else {
      keep(angle, cell, std::fabs(moved), bounds_.angle(cell.position, cell.pair));
    }
    // A·cos and A·sin of the angle as held, from those of the exact one: minus the latter, so that little is lost.
    const double half = std::sin(moved / 2);
    const double turned_cos = -2 * half * half * c.hi - std::sin(moved) * s.hi;
    const double turned_sin = -2 * half * half * s.hi + std::sin(moved) * c.hi;
    const auto off = [&](double computed, DoubleDouble exact, double turned) {
      const DoubleDouble value = product(factor_, computed);
      return difference(value.hi, exact) + value.lo - turned;
    };
    const double size = std::hypot(off(held_.trig_cos, c, turned_cos), off(held_.trig_sin, s, turned_sin));
    keep(trigonometry, cell, factor_in_table() ? size : size / std::fabs(factor_), allowed_.trigonometry);
    const double a = factor_in_table() ? factor_ : 1;
    keep(table, cell,
         std::hypot(off_product(held_.table_cos, a, held_.trig_cos), off_product(held_.table_sin, a, held_.trig_sin)),
         allowed_.table);
  }

  /// sum - (a·b + c·d), for a sum near it.
  static double off_sum(double sum, double a, double b, double c, double d) {
    const DoubleDouble first = product(a, b), second = product(c, d);
    const double both = first.hi + second.hi;
    const double back = both - first.hi;
    const double lost = (first.hi - (both - back)) + (second.hi - back);
    return (sum - both) - lost - first.lo - second.lo;
  }

  void rotated(const Response& response, const rope::conformance::Cell& place, const Cell& cell) {
    const std::uint32_t x_bits = response.in(place.head, place.row, place.pair, 0);
    const std::uint32_t y_bits = response.in(place.head, place.row, place.pair, 1);
    const double x = to_double(dtype_, x_bits), y = to_double(dtype_, y_bits);
    const double r = std::hypot(x, y);
    if (!(r > 0)) return;
    const double underflow = bounds_.underflow() / r;
    const Golden want = golden(fixture_, dtype_, place);
    const auto got = [&](std::size_t element) {
      return to_double(dtype_, response.out(place.head, place.row, place.pair, element));
    };
    const double error = std::hypot(difference(got(0), want.exact[0]), difference(got(1), want.exact[1])) / r;
    if (!(error <= out_.total)) {
      out_.total = std::isnan(error) ? HUGE_VAL : error;
      const std::size_t at = place.row * response.pairs + place.pair;
      out_.total_bound =
          bounds_.rotation(cell.position, cell.pair, fixture_.cos[at].hi, fixture_.sin[at].hi, 1, 1) + underflow;
      out_.position = cell.position;
      out_.pair = cell.pair;
    }
    if (pipeline_ == nullptr) return;
    const auto sums = pipeline_->sums(held_.table_cos, held_.table_sin, x_bits, y_bits, Direction::forward);
    const auto bits = pipeline_->rotate(held_.table_cos, held_.table_sin, x_bits, y_bits, Direction::forward);
    const double a = contract_.factor_place == FactorPlace::elements ? factor_ : 1;
    const double c = held_.table_cos, s = held_.table_sin;
    keep(rotation, cell, std::hypot(off_sum(sums[0], a * x, c, a * y, -s), off_sum(sums[1], a * x, s, a * y, c)) / r,
         allowed_.rotation + underflow);
    const double last = contract_.factor_place == FactorPlace::output ? factor_ : 1;
    keep(output, cell,
         std::hypot(off_product(to_double(dtype_, bits[0]), last, sums[0]),
                    off_product(to_double(dtype_, bits[1]), last, sums[1])) /
             r,
         allowed_.output > 0 ? allowed_.output + underflow : 0);
  }

  const fixtures::Fixture& fixture_;
  const Contract& contract_;
  const Pipeline* pipeline_;
  DType dtype_;
  double factor_;
  Bounds bounds_;
  Bounds::Stages allowed_{};
  Pipeline::Stages held_;
  StageSplit out_;
};

}  // namespace

StageSplit split_by_stage(const Response& response, const fixtures::Fixture& fixture, const Contract& contract,
                          const Pipeline* pipeline) {
  Split split(fixture, contract, pipeline, response.dtype);
  const std::size_t limit = row_at(fixture, response.rows, fixture.spec.max_position);
  for (std::size_t row = 0; row < limit; ++row) split.row(response, row);
  return split.take();
}

}  // namespace rope::conformance
