// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Softmax of scores, and how far two of them are apart, in binary64 throughout.
#include "conformance/attention/softmax.hpp"

#include <algorithm>
#include <cmath>

namespace rope::conformance {

std::vector<double> softmax(std::span<const double> scores) {
  const double largest = *std::max_element(scores.begin(), scores.end());
  std::vector<double> out;
  out.reserve(scores.size());
  double sum = 0;
  for (const double score : scores) sum += out.emplace_back(std::exp(score - largest));
  for (double& weight : out) weight /= sum;
  return out;
}

reports::AttentionShift shift_of(std::span<const double> exact, std::span<const double> got,
                                 std::span<const double> exact_weights, std::span<const double> weights) {
  reports::AttentionShift out;
  double least = HUGE_VAL;
  double most = -HUGE_VAL;
  for (std::size_t n = 0; n < exact.size(); ++n) {
    const double moved = got[n] - exact[n];
    least = std::min(least, moved);
    most = std::max(most, moved);
    out.weights += std::fabs(weights[n] - exact_weights[n]) / 2;
  }
  out.score = (most - least) / 2;
  out.weights_bound = std::tanh(out.score / 2);
  const auto top = [](std::span<const double> scores) {
    return std::max_element(scores.begin(), scores.end()) - scores.begin();
  };
  out.changed = top(exact) != top(got) ? 1 : 0;
  return out;
}

}  // namespace rope::conformance
