// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// batch-invariance: a row is rotated as it is alone, however many rows stand beside it.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/largest_calls.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

// Rows and tokens: decoding, where rows are all there is to go over, and prefill; even and odd, past 32 and 256.
constexpr std::array<std::pair<int, std::int64_t>, 7> shapes{
    {{2, 1}, {5, 1}, {33, 1}, {2, 6}, {3, 7}, {5, 2}, {most_rows_at_once, 1}}};

}  // namespace

reports::Case batch_invariance(const Probe& probe) {
  Inquiry inquiry(probe, "batch-invariance");
  for (const auto& [rows, row_tokens] : shapes) {
    const Tokens in = random_tokens(probe, "batch-invariance", run_positions(probe, rows, row_tokens));
    const std::string what = fmt::format("{} rows of {} {}", rows, row_tokens, row_tokens == 1 ? "token" : "tokens");
    const auto got = inquiry.ask(in, request_for(probe, in, rows), what);
    if (!got) continue;
    const auto each = static_cast<std::size_t>(row_tokens);
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
      const Tokens alone = slice(in, row * each, each);
      if (const auto expected = inquiry.plain(alone)) {
        inquiry.same(alone, *expected, slice(*got, row * each, each), fmt::format("{}, row {}", what, row));
      }
    }
  }
  return inquiry.result("a row is not what it is alone");
}

}  // namespace rope::conformance
