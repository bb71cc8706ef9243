// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Lower limits from Bounds' own public figures, so that they follow whatever Bounds does.
#include "conformance/exhaustive/quick_limits.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace rope::conformance {
namespace {

// Below the true value whatever the few roundings of this page do.
constexpr double lower = 1 - 0x1p-30;

// Positions of a pass are below 2^41.
constexpr int largest_octave = 40;

}  // namespace

QuickLimits::Growth QuickLimits::growth_of(const Contract& contract) {
  const bool exact =
      contract.position == PositionFormat::exact && contract.position_operation == PositionOperation::none;
  if (!exact) return Growth::any;
  const bool plain = contract.angle_operation == AngleOperation::multiply && contract.angle_style != AngleStyle::tf32;
  return plain && contract.angle_ulp == 0 && contract.angle_u == 0 ? Growth::never_falls
                                                                   : Growth::least_at_powers_of_two;
}

QuickLimits::Of::Of(const Bounds& bounds, std::size_t pairs, Growth growth)
    : attention_factor(bounds.attention_factor()), top(std::ilogb(attention_factor)) {
  const auto low_end = [&](std::size_t octave) {
    return octave == 0 ? 0 : std::ldexp(lower, top - static_cast<int>(octaves - 1 - octave));
  };
  for (std::size_t c = 0; c < octaves; ++c) {
    for (std::size_t s = 0; s < octaves; ++s) least.push_back(bounds.least_rounding(low_end(c), low_end(s)) * lower);
  }
  for (std::size_t pair = 0; pair < pairs; ++pair) frequency.push_back(bounds.frequency(static_cast<int>(pair)));
  for (int octave = 0; growth != Growth::any && octave <= largest_octave; ++octave) {
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      const auto at = [&](std::int64_t p) { return bounds.product(p, static_cast<int>(pair)); };
      const std::int64_t first = std::int64_t{1} << octave;
      Product one{at(first), 0, first};
      const double grown = 1.5 * one.at_first;
      std::int64_t below = first, above = 2 * first;
      // By inv_freq = 1 some products are exact and others are not: there S2 may fall, and 0 is all that is sure.
      while (growth == Growth::never_falls && one.at_first > 0 && above - below > 1) {
        const std::int64_t middle = below + (above - below) / 2;
        (at(middle) > grown ? above : below) = middle;
      }
      one.from = above;
      one.later = at(above);
      product.push_back(one);
    }
  }
}

void QuickLimits::Of::angles(std::int64_t p, double alpha, std::vector<double>& out) const {
  out.resize(frequency.size());
  const int octave = std::min(static_cast<int>(std::bit_width(static_cast<std::uint64_t>(p))) - 1, largest_octave);
  const bool with_product = !product.empty() && octave >= 0;
  const Product* const products =
      with_product ? product.data() + static_cast<std::size_t>(octave) * frequency.size() : nullptr;
  const double scale = alpha * lower;
  const auto step = [p](const Product& of) { return p < of.from ? of.at_first : of.later; };
  for (std::size_t pair = 0; pair < frequency.size(); ++pair) {
    const double delta = static_cast<double>(p) * frequency[pair] + (with_product ? step(products[pair]) : 0);
    const double x = std::min(scale * delta, std::numbers::pi);
    out[pair] = attention_factor * (x - x * x * x / 24) * lower;
  }
}

QuickLimits::QuickLimits(const Judge& judge, std::size_t pairs) : usual_(judge.usual(), pairs, Growth::never_falls) {
  if (judge.contract_bounds() != nullptr) {
    declared_.emplace(*judge.contract_bounds(), pairs, growth_of(*judge.contract()));
  }
}

void QuickLimits::row(std::int64_t position, const double* cos, const double* sin, const double* contract_cos,
                      const double* contract_sin, Row& out) const {
  const std::int64_t p = std::abs(position);
  usual_.angles(p, better_limit.alpha, out.better);
  usual_.angles(p, equal_limit.alpha, out.equal);
  usual_.angles(p, looser_limit.alpha, out.looser);
  if (declared_) declared_->angles(p, equal_limit.alpha, out.contract);
  for (std::size_t pair = 0; pair < out.equal.size(); ++pair) {
    const double rounding = usual_.rounding(cos[pair], sin[pair]);
    out.better[pair] += better_limit.beta * rounding;
    out.equal[pair] += equal_limit.beta * rounding;
    out.looser[pair] += looser_limit.beta * rounding;
    if (declared_) out.contract[pair] += declared_->rounding(contract_cos[pair], contract_sin[pair]);
  }
}

}  // namespace rope::conformance
