// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// padding-rows: tokens that fill a row up, with the positions that frameworks give them, do not change the real ones.
#include <fmt/format.h>

#include <array>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

constexpr std::size_t width = 9;
// A full row, a short one, a single token, none.
constexpr std::array<std::size_t, 4> lengths{width, 5, 1, 0};

enum class Side { left, right };

/// The positions of one row: those of `length` real tokens, 0 and on, and the others.
std::vector<std::int64_t> positions_of_row(std::size_t length, Side side, std::optional<std::int64_t> filling) {
  std::vector<std::int64_t> real;
  for (std::size_t n = 0; n < length; ++n) real.push_back(static_cast<std::int64_t>(n));
  std::vector<std::int64_t> fill;
  for (std::size_t n = length; n < width; ++n) fill.push_back(filling.value_or(static_cast<std::int64_t>(n)));
  auto& first = side == Side::left ? fill : real;
  const auto& second = side == Side::left ? real : fill;
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

reports::Case padding_rows(const Probe& probe) {
  Inquiry inquiry(probe, "padding-rows");
  struct Padding {
    Side side;
    std::optional<std::int64_t> filling;  ///< the position of all of them; none: as if they were real
    const char* what;
  };
  // Hugging Face fills left with position 1, or 0 in older versions; right padding is often counted on.
  for (const Padding& padding :
       {Padding{Side::left, 1, "filled left with position 1"}, Padding{Side::left, 0, "filled left with position 0"},
        Padding{Side::right, 0, "filled right with position 0"},
        Padding{Side::right, std::nullopt, "filled right, counted on"}}) {
    std::vector<std::int64_t> positions;
    for (std::size_t length : lengths) {
      const auto row = positions_of_row(length, padding.side, padding.filling);
      positions.insert(positions.end(), row.begin(), row.end());
    }
    const Tokens in = random_tokens(probe, "padding-rows", positions);
    const auto got = inquiry.ask(in, request_for(probe, in, static_cast<int>(lengths.size())), padding.what);
    if (!got) continue;
    for (std::size_t row = 0; row < lengths.size(); ++row) {
      if (lengths[row] == 0) continue;
      const std::size_t first = row * width + (padding.side == Side::left ? width - lengths[row] : 0);
      const Tokens alone = slice(in, first, lengths[row]);
      if (const auto expected = inquiry.plain(alone)) {
        inquiry.same(alone, *expected, slice(*got, first, lengths[row]), padding.what);
      }
    }
  }
  return inquiry.result("filling a row up changes its real tokens");
}

}  // namespace rope::conformance
