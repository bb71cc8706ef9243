// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Variants are screened on some rows; the best of them are then counted on all.
#include "conformance/match/suspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "conformance/match/variants.hpp"

namespace rope::conformance {
namespace {

constexpr std::size_t screening_rows = 48;
constexpr std::size_t finalists = 6;

/// Spread over the response, the first that differs among them.
std::vector<std::size_t> rows_to_screen(const Response& response, const Matched& matched) {
  std::vector<std::size_t> rows;
  const std::size_t step = std::max<std::size_t>(1, response.rows / screening_rows);
  for (std::size_t row = 0; row < response.rows; row += step) rows.push_back(row);
  if (matched.first) rows.push_back(matched.first->row);
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

/// Rounded down: 100% is all of them.
std::string percent(double share) {
  return share == 1 ? "all" : fmt::format("{:.2f}%", std::floor(share * 1e4) / 100);
}

/// What the outputs allow where no variant explains them.
std::string possible_stages(const Matched& matched, double first_inv_freq) {
  if (matched.unit.complete()) return "in, rotate or out";
  // A first frequency of 1 is 1 by any formula.
  if (first_inv_freq == 1 && matched.first_pair.complete()) return "freq or angle";
  return "table or a stage before it";
}

}  // namespace

std::string Suspect::sentence() const {
  if (named) {
    std::string out = fmt::format("stage {}: {} fits {} of the bits", stage, instead, percent(share));
    if (!also.empty()) out += fmt::format(", and so {} {}", also.size() == 1 ? "does" : "do", fmt::join(also, ", "));
    return out;
  }
  if (instead.empty()) return fmt::format("stage unknown: {}", stage);
  return fmt::format("stage unknown: {}; the nearest that was tried, {}, fits {} of the bits", stage, instead,
                     percent(share));
}

Suspect suspect(const Response& response, const fixtures::Fixture& fixture, const Contract& contract,
                const Matched& matched) {
  const std::vector<std::size_t> rows = rows_to_screen(response, matched);
  const auto share_on_rows = [&](const Contract& tried) {
    return match(response, fixture, Pipeline(fixture.spec, tried, response.dtype), rows).all().equal;
  };
  const std::size_t without = share_on_rows(contract);
  std::vector<std::pair<std::size_t, Variant>> better;
  for (Variant& one : one_stage_variants(contract, fixture.spec, response.dtype)) {
    if (cannot_emulate(one.contract, fixture)) continue;
    const std::size_t equal = share_on_rows(one.contract);
    if (equal > without) better.emplace_back(equal, std::move(one));
  }
  std::stable_sort(better.begin(), better.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  if (better.size() > finalists) better.resize(finalists);

  Suspect out;
  std::size_t most = matched.all().equal;
  for (const auto& [screened, one] : better) {
    const Share share = match(response, fixture, Pipeline(fixture.spec, one.contract, response.dtype)).all();
    if (share.equal > most) {
      most = share.equal;
      out.stage = one.stage;
      out.instead = one.written;
      out.share = share.value();
      out.also.clear();
    } else if (share.equal == most && !out.instead.empty()) {
      out.also.push_back(one.written);
    }
  }
  out.named = !out.instead.empty() && out.share >= reproduced;
  if (!out.named) {
    out.stage = possible_stages(matched, Pipeline(fixture.spec, contract, response.dtype).inv_freq().front());
    out.also.clear();
  }
  return out;
}

}  // namespace rope::conformance
