// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each row begins with the first two values that have not stood together yet and takes, factor by factor, the value
// that covers most of what is left.
#include "conformance/checks/pairwise.hpp"

#include <algorithm>

namespace rope::conformance {
namespace {

FactorPair pair_of(FactorValue a, FactorValue b) {
  if (b.factor < a.factor) std::swap(a, b);
  return {a, b};
}

}  // namespace

Pairwise::Pairwise(std::vector<std::size_t> sizes, const MayStandTogether& allowed) : sizes_(std::move(sizes)) {
  for (std::size_t a = 0; a < sizes_.size(); ++a) {
    for (std::size_t b = a + 1; b < sizes_.size(); ++b) {
      for (std::size_t v = 0; v < sizes_[a]; ++v) {
        for (std::size_t w = 0; w < sizes_[b]; ++w) {
          const bool may = allowed({a, v}, {b, w}) && allowed({b, w}, {a, v});
          (may ? left_ : forbidden_).insert({{a, v}, {b, w}});
        }
      }
    }
  }
}

/// How many pairs the value would cover in the row; nothing where it may not stand there.
std::optional<std::size_t> Pairwise::gain(const std::vector<std::optional<std::size_t>>& row,
                                          FactorValue candidate) const {
  std::size_t covers = 0;
  for (std::size_t factor = 0; factor < row.size(); ++factor) {
    if (!row[factor] || factor == candidate.factor) continue;
    const FactorPair pair = pair_of({factor, *row[factor]}, candidate);
    if (forbidden_.count(pair) != 0) return std::nullopt;
    covers += left_.count(pair);
  }
  return covers;
}

std::optional<Pairwise::Row> Pairwise::next() const {
  if (left_.empty()) return std::nullopt;
  std::vector<std::optional<std::size_t>> row(sizes_.size());
  const FactorPair first = *left_.begin();
  row[first.first.factor] = first.first.value;
  row[first.second.factor] = first.second.value;
  for (std::size_t factor = 0; factor < sizes_.size(); ++factor) {
    if (row[factor]) continue;
    std::size_t best = 0;  // always allowed
    std::size_t most = gain(row, {factor, 0}).value_or(0);
    for (std::size_t value = 1; value < sizes_[factor]; ++value) {
      const auto covers = gain(row, {factor, value});
      if (covers && *covers > most) {
        best = value;
        most = *covers;
      }
    }
    row[factor] = best;
  }
  Row full;
  for (const auto& value : row) full.push_back(*value);
  return full;
}

std::vector<FactorPair> Pairwise::left_in(const Row& row) const {
  std::vector<FactorPair> out;
  for (std::size_t a = 0; a < row.size(); ++a) {
    for (std::size_t b = a + 1; b < row.size(); ++b) {
      const FactorPair pair{{a, row[a]}, {b, row[b]}};
      if (left_.count(pair) != 0) out.push_back(pair);
    }
  }
  return out;
}

void Pairwise::forbid(const FactorPair& pair) {
  left_.erase(pair);
  forbidden_.insert(pair);
}

}  // namespace rope::conformance
