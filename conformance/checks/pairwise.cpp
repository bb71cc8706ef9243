// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each row begins with the first two values that have not stood together yet and takes, factor by factor, the value
// that covers most of what is left.
#include "conformance/checks/pairwise.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace rope::conformance {
namespace {

using Row = std::vector<std::optional<std::size_t>>;
/// (factor, value) twice, the lower factor first.
using Pair = std::pair<std::pair<std::size_t, std::size_t>, std::pair<std::size_t, std::size_t>>;

Pair pair_of(FactorValue a, FactorValue b) {
  if (b.factor < a.factor) std::swap(a, b);
  return {{a.factor, a.value}, {b.factor, b.value}};
}

/// How many pairs the value would cover in the row; nothing where it may not stand there.
std::optional<std::size_t> gain(const Row& row, FactorValue candidate, const std::set<Pair>& left,
                                const MayStandTogether& allowed) {
  std::size_t covers = 0;
  for (std::size_t factor = 0; factor < row.size(); ++factor) {
    if (!row[factor] || factor == candidate.factor) continue;
    const FactorValue there{factor, *row[factor]};
    if (!allowed(there, candidate) || !allowed(candidate, there)) return std::nullopt;
    covers += left.count(pair_of(there, candidate));
  }
  return covers;
}

}  // namespace

std::vector<std::vector<std::size_t>> pairwise(const std::vector<std::size_t>& sizes, const MayStandTogether& allowed) {
  std::set<Pair> left;
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    for (std::size_t b = a + 1; b < sizes.size(); ++b) {
      for (std::size_t v = 0; v < sizes[a]; ++v) {
        for (std::size_t w = 0; w < sizes[b]; ++w) {
          if (allowed({a, v}, {b, w}) && allowed({b, w}, {a, v})) left.insert(pair_of({a, v}, {b, w}));
        }
      }
    }
  }
  std::vector<std::vector<std::size_t>> rows;
  while (!left.empty()) {
    Row row(sizes.size());
    const Pair first = *left.begin();
    row[first.first.first] = first.first.second;
    row[first.second.first] = first.second.second;
    for (std::size_t factor = 0; factor < sizes.size(); ++factor) {
      if (row[factor]) continue;
      std::size_t best = 0;  // always allowed
      std::size_t most = gain(row, {factor, 0}, left, allowed).value_or(0);
      for (std::size_t value = 1; value < sizes[factor]; ++value) {
        const auto covers = gain(row, {factor, value}, left, allowed);
        if (covers && *covers > most) {
          best = value;
          most = *covers;
        }
      }
      row[factor] = best;
    }
    std::vector<std::size_t> full;
    for (const auto& value : row) full.push_back(*value);
    for (std::size_t a = 0; a < full.size(); ++a) {
      for (std::size_t b = a + 1; b < full.size(); ++b) left.erase(pair_of({a, full[a]}, {b, full[b]}));
    }
    rows.push_back(std::move(full));
  }
  return rows;
}

}  // namespace rope::conformance
