// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Limits that are never above the derived ones and cost a few operations, so that only cells that might matter are
// judged in full.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "conformance/checks/judge.hpp"

namespace rope::conformance {

/// For one Judge. Immutable, thread-safe.
class QuickLimits {
 public:
  QuickLimits(const Judge& judge, std::size_t pairs);

  /// Lower limits at one position, by pair, for r = 1: each is at most the E(alpha, beta) that Judge uses there.
  struct Row {
    std::vector<double> better, equal, looser, contract;
  };
  /// cos and sin by pair, to 2^-40; `contract` is empty where none is declared. The contract's own cos and sin may be
  /// those of the declared truth.
  void row(std::int64_t position, const double* cos, const double* sin, const double* contract_cos,
           const double* contract_sin, Row& out) const;

 private:
  /// What is sure of the position term and S2 while positions grow. An operand that is rounded to its format, products
  /// one after another, and error terms beside a product that may be exact make them fall from one position to the
  /// next; but at a power of two, which every format holds, they are the least of its octave.
  enum class Growth { any, least_at_powers_of_two, never_falls };
  static Growth growth_of(const Contract& contract);

  /// E(alpha, beta) >= A·(x - x^3/24) + beta·L', x = min(alpha·Delta', pi).
  ///
  /// Angle: Delta' = |p|·S1 + S2 at the last position up to p where its binade changes, if S2 never falls; at the power
  /// of two up to p, if it is least there; else |p|·S1 alone. 2·sin(x/2) >= x - x^3/24 for x >= 0. Rounding: L grows
  /// with |cos| and |sin|, and L' is L at the lower ends of their binades, kept in a table; where an ulp is what L is
  /// made of, L' is L itself.
  struct Of {
    Of(const Bounds& bounds, std::size_t pairs, Growth growth);
    void angles(std::int64_t p, double alpha, std::vector<double>& out) const;
    double rounding(double cos, double sin) const { return least[octave(cos) * octaves + octave(sin)]; }

    /// 0 for whatever is below 2^(top - octaves + 2), then one for each binade up to that of A.
    std::size_t octave(double value) const {
      const auto exponent =
          static_cast<int>((std::bit_cast<std::uint64_t>(value * slightly_less) >> 52) & 0x7FF) - 1023;
      const int at = exponent - top + static_cast<int>(octaves) - 1;
      return at < 0 ? 0 : at >= static_cast<int>(octaves) ? octaves - 1 : static_cast<std::size_t>(at);
    }
    static constexpr std::size_t octaves = 24;
    static constexpr double slightly_less = 1 - 0x1p-38;

    double attention_factor;
    int top;  ///< exponent of the largest value
    std::vector<double> least;
    std::vector<double> frequency;
    /// S2 from the first position of an octave on, and, if it never falls, from the one where it has grown by half or
    /// more.
    struct Product {
      double at_first = 0;
      double later = 0;
      std::int64_t from = 0;
    };
    std::vector<Product> product;  ///< [position octave][pair]; empty where positions may be rounded
  };

  Of usual_;
  std::optional<Of> declared_;
};

}  // namespace rope::conformance
