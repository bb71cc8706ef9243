// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Predicts what each hypothesis would have answered and counts how many outputs lie inside E(16, 2) of it.
#include "conformance/diagnosis/diagnose.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "conformance/checks/judge.hpp"
#include "conformance/diagnosis/hypothesis.hpp"

namespace rope::conformance {
namespace {

constexpr double explains = 0.99;  // leaves a few cells to roundings that go the other way at a tie
constexpr std::size_t most_rows = 256;

/// cos and sin of the hypothesis' angle for all pairs of one row.
struct Row {
  std::vector<double> cos, sin;
  std::vector<double> limit;  // E(16, 2) for r = 1
};

Row row_of(const Hypothesis& hypothesis, std::int64_t position, const Bounds& usual) {
  Row row;
  const double used = hypothesis.position(position);
  for (std::size_t pair = 0; pair < hypothesis.inv_freq.size(); ++pair) {
    const double angle = hypothesis.direction * used * hypothesis.inv_freq[pair];
    row.cos.push_back(hypothesis.attention_factor * std::cos(angle));
    row.sin.push_back(hypothesis.attention_factor * std::sin(angle));
    // The hypothesis stands for a pipeline that is usual otherwise; positions that are not whole (there are none) would
    // round down here.
    const auto whole = std::isfinite(used) ? static_cast<std::int64_t>(used) : position;
    row.limit.push_back(usual.rotation(whole, static_cast<int>(pair), row.cos.back(), row.sin.back(),
                                       looser_limit.alpha, looser_limit.beta));
  }
  return row;
}

/// What a head with these inputs (pair order of the asked pairing) becomes under the hypothesis, in the same order, and
/// the limit of each value.
std::vector<double> predicted(const Hypothesis& hypothesis, const Row& row, const Spec& spec, Pairing asked,
                              const std::vector<double>& inputs, std::vector<double>& limit) {
  const Pairing used = !hypothesis.other_pairing      ? asked
                       : asked == Pairing::half_split ? Pairing::interleaved
                                                      : Pairing::half_split;
  const auto d = static_cast<std::size_t>(spec.rotary_dim);
  std::vector<double> in(d, 0);
  std::vector<double> out(d, 0);
  std::vector<double> out_limit(d, 0);
  const auto at = [&](Pairing pairing, std::size_t n) {
    return static_cast<std::size_t>(
        element_of_pair(pairing, spec.rotary_dim, static_cast<int>(n / 2), static_cast<int>(n % 2)));
  };
  for (std::size_t n = 0; n < d; ++n) in[at(asked, n)] = inputs[n];
  for (std::size_t pair = 0; pair < d / 2; ++pair) {
    const double x0 = in[at(used, 2 * pair)];
    const double x1 = in[at(used, 2 * pair + 1)];
    out[at(used, 2 * pair)] = x0 * row.cos[pair] - x1 * row.sin[pair];
    out[at(used, 2 * pair + 1)] = x0 * row.sin[pair] + x1 * row.cos[pair];
    for (std::size_t element = 0; element < 2; ++element) {
      out_limit[at(used, 2 * pair + element)] = row.limit[pair] * std::hypot(x0, x1);
    }
  }
  std::vector<double> pair_order;
  limit.clear();
  for (std::size_t n = 0; n < d; ++n) {
    pair_order.push_back(out[at(asked, n)]);
    limit.push_back(out_limit[at(asked, n)]);
  }
  return pair_order;
}

double share_explained(const Hypothesis& hypothesis, const Response& response, const fixtures::Fixture& fixture) {
  // Of the frequencies that the hypothesis has: those that are too fast have larger angles, and round them as much
  // more.
  const Bounds usual(fixture.spec, baseline_contract(response.dtype), response.dtype, hypothesis.inv_freq);
  const std::size_t step = std::max<std::size_t>(1, response.rows / most_rows);
  std::size_t explained = 0;
  std::size_t all = 0;
  std::vector<double> limit;
  std::vector<double> inputs;
  for (std::size_t r = 0; r < response.rows; r += step) {
    const Row row = row_of(hypothesis, fixture.positions[r], usual);
    for (Head head : all_heads) {
      inputs.clear();
      for (std::size_t n = 0; n < 2 * response.pairs; ++n) {
        inputs.push_back(to_double(response.dtype, response.in(head, r, n / 2, n % 2)));
      }
      const auto want = predicted(hypothesis, row, fixture.spec, response.pairing, inputs, limit);
      for (std::size_t n = 0; n < want.size(); ++n) {
        const double got = to_double(response.dtype, response.out(head, r, n / 2, n % 2));
        ++all;
        if (std::fabs(got - want[n]) <= limit[n] + usual.underflow()) ++explained;
      }
    }
  }
  return all == 0 ? 0 : static_cast<double>(explained) / static_cast<double>(all);
}

}  // namespace

std::optional<Named> diagnose(const Response& response, const fixtures::Fixture& fixture) {
  if (response.status != RotateAnswer::Status::ok || response.rows == 0) return std::nullopt;
  // Outputs that are those of the right function have no fault to name, whatever else failed.
  if (share_explained(right_function(fixture), response, fixture) >= explains) return std::nullopt;
  std::optional<Named> best;
  double second = 0;
  for (const Hypothesis& hypothesis : hypotheses(fixture)) {
    const double share = share_explained(hypothesis, response, fixture);
    if (!best || share > best->fits) {
      second = best ? best->fits : 0;
      best = Named{hypothesis.id, hypothesis.sentence, share};
    } else {
      second = std::max(second, share);
    }
  }
  if (!best || best->fits < explains || second >= explains) return std::nullopt;
  return best;
}

}  // namespace rope::conformance
