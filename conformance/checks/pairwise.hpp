// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Few rows in which every two values of different factors stand together that may: a covering array of strength 2, made
// greedily (the way of AETG: Cohen, Dalal, Fredman, Patton 1997) and without chance, so that it is the same everywhere.
// Row by row, so that what turns out on the way to be no pair costs none of the others.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace rope::conformance {

/// One value of one factor, both by number.
struct FactorValue {
  std::size_t factor = 0;
  std::size_t value = 0;
  friend auto operator<=>(const FactorValue&, const FactorValue&) = default;
};

/// Two values of different factors, the lower factor first.
using FactorPair = std::pair<FactorValue, FactorValue>;

using MayStandTogether = std::function<bool(FactorValue, FactorValue)>;

class Pairwise {
 public:
  using Row = std::vector<std::size_t>;  ///< the value of each factor

  /// `sizes`: how many values each factor has. Value 0 of a factor must be allowed beside every value of any other, so
  /// that a row can always be filled up.
  Pairwise(std::vector<std::size_t> sizes, const MayStandTogether& allowed);

  /// A row with some pairs that have not stood together yet; nothing where all have.
  std::optional<Row> next() const;

  /// Of the pairs of this row those that have not stood together yet.
  std::vector<FactorPair> left_in(const Row& row) const;

  void cover(const FactorPair& pair) { left_.erase(pair); }

  /// No row has these two from now on. Neither is a value 0.
  void forbid(const FactorPair& pair);

 private:
  std::optional<std::size_t> gain(const std::vector<std::optional<std::size_t>>& row, FactorValue candidate) const;

  std::vector<std::size_t> sizes_;
  std::set<FactorPair> left_;
  std::set<FactorPair> forbidden_;
};

}  // namespace rope::conformance
