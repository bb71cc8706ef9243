// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// decode-equals-prefill: a token that is decoded alone gets the rotation that it has in a call for the whole sequence.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/largest_calls.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t longest = 300;
constexpr std::int64_t longest_of_several = 140;  // three rows of them are enough to compute
// The first ones, and both sides of the lengths that kernels cut a sequence at.
constexpr std::array<std::size_t, 16> decoded{0, 1, 2, 3, 7, 8, 31, 32, 63, 64, 65, 127, 128, 255, 256, 299};

constexpr std::array<std::pair<PositionsAs, const char*>, 4> kinds{
    {{PositionsAs::token_int64, "a position for each token"},
     {PositionsAs::token_int32, "an int32 position for each token"},
     {PositionsAs::offset, "an offset"},
     {PositionsAs::batch_offset, "an offset by row"}}};

/// One head of q in a call as long as a prompt. Where the model has fewer positions they begin anew, if each token may
/// have one.
void long_call(const Probe& probe, Inquiry& inquiry) {
  const std::int64_t limit = probe.fixture.spec.max_position;
  const std::int64_t length = takes_any_positions(probe) ? longest_call : std::min(longest_call, limit);
  std::vector<std::int64_t> positions;
  for (std::int64_t n = 0; n < length; ++n) positions.push_back(n % limit);
  const Tokens in = random_tokens(probe, "decode-equals-prefill", positions, 1, 0);
  const std::string what = fmt::format("{} tokens in one call", length);
  const auto prefill = inquiry.ask(in, request_for(probe, in), what);
  if (!prefill) return;
  std::vector<std::size_t> alone(decoded.begin(), decoded.end());
  for (std::size_t power = 512; power < in.count(); power *= 2) {
    for (const std::size_t near : {power - 1, power, power + 1, power + power / 3}) alone.push_back(near);
  }
  alone.push_back(in.count() - 1);
  for (const std::size_t number : alone) {
    if (number >= in.count()) continue;
    const Tokens one = slice(in, number, 1);
    if (const auto step = inquiry.plain(one)) {
      inquiry.same(one, *step, slice(*prefill, number, 1), fmt::format("{}, token {}", what, number));
    }
  }
}

}  // namespace

reports::Case decode_equals_prefill(const Probe& probe) {
  Inquiry inquiry(probe, "decode-equals-prefill");
  const std::int64_t limit = probe.fixture.spec.max_position;
  for (std::size_t rows : {std::size_t{1}, std::size_t{3}}) {
    const std::int64_t length = std::min(rows == 1 ? longest : longest_of_several, limit);
    for (std::int64_t begin : {std::int64_t{0}, limit - length}) {
      const auto row_tokens = static_cast<std::size_t>(length);
      std::vector<std::int64_t> positions;
      for (std::size_t n = 0; n < rows * row_tokens; ++n) {
        positions.push_back(begin + static_cast<std::int64_t>(n % row_tokens));
      }
      const Tokens in = random_tokens(probe, "decode-equals-prefill", positions);
      const auto prefill = inquiry.plain(in, static_cast<int>(rows));
      if (!prefill) continue;
      const auto step = [&](const std::vector<std::size_t>& numbers, PositionsAs as, const std::string& what) {
        const Tokens alone = picked(in, numbers);
        RotateRequest request = request_for(probe, alone, static_cast<int>(rows));
        request.arrangement.positions = as;
        const auto got = inquiry.ask(alone, request, what);
        if (got) inquiry.same(alone, picked(*prefill, numbers), *got, what);
        return got.has_value();
      };
      for (const auto& [as, words] : kinds) {
        const std::string what = fmt::format("one token, {}{}", words, rows > 1 ? ", three rows" : "");
        for (std::size_t token : decoded) {
          if (token >= row_tokens) continue;
          std::vector<std::size_t> numbers;
          for (std::size_t row = 0; row < rows; ++row) numbers.push_back(row * row_tokens + token);
          if (!step(numbers, as, what)) break;  // refused once is refused
          if (rows == 1 || as == PositionsAs::offset) continue;
          // Rows are rarely equally long: each decodes at a place of its own.
          for (std::size_t row = 0; row < rows; ++row) {
            numbers[row] = row * row_tokens + (token + 5 * row) % row_tokens;
          }
          if (!step(numbers, as, what + " at different places")) break;
        }
      }
    }
  }
  long_call(probe, inquiry);
  return inquiry.result("a token decoded alone is not what it is in the whole sequence");
}

}  // namespace rope::conformance
