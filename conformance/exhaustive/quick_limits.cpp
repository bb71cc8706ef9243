// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Lower limits from Bounds' own public figures, so that they follow whatever Bounds does.
#include "conformance/exhaustive/quick_limits.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rope::conformance {
namespace {

// Below the true value whatever the few roundings of this page do.
constexpr double lower = 1 - 0x1p-30;

}  // namespace

QuickLimits::Of::Of(const Bounds& bounds, std::size_t pairs)
    : attention_factor(bounds.attention_factor()),
      least(bounds.rounding(attention_factor * std::numbers::sqrt2 / 2 * lower, 0) * lower) {
  for (std::size_t pair = 0; pair < pairs; ++pair) frequency.push_back(bounds.frequency(static_cast<int>(pair)));
}

void QuickLimits::Of::row(double p, GradeLimit factors, std::vector<double>& out) const {
  out.resize(frequency.size());
  const double scale = p * factors.alpha * lower;
  const double rounding = factors.beta * least;
  for (std::size_t pair = 0; pair < frequency.size(); ++pair) {
    const double x = std::min(scale * frequency[pair], std::numbers::pi);
    out[pair] = (attention_factor * (x - x * x * x / 24) + rounding) * lower;
  }
}

QuickLimits::QuickLimits(const Judge& judge, std::size_t pairs) : usual_(judge.usual(), pairs) {
  if (judge.contract_bounds() != nullptr) declared_.emplace(*judge.contract_bounds(), pairs);
}

void QuickLimits::row(std::int64_t position, Row& out) const {
  const double p = std::fabs(static_cast<double>(position));
  usual_.row(p, better_limit, out.better);
  usual_.row(p, equal_limit, out.equal);
  usual_.row(p, looser_limit, out.looser);
  if (declared_) declared_->row(p, equal_limit, out.contract);
}

}  // namespace rope::conformance
