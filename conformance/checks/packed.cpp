// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// packed: sequences laid behind one another with cu_seqlens are each rotated as in a call of their own.
#include <algorithm>
#include <array>
#include <numeric>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

// Several tokens, one, none, more than any of them, a few.
constexpr std::array<std::int64_t, 5> lengths{5, 1, 0, 17, 3};

Tokens sequences_at(const Probe& probe, const std::array<std::int64_t, 5>& firsts) {
  std::vector<std::int64_t> positions;
  for (std::size_t n = 0; n < lengths.size(); ++n) {
    for (std::int64_t token = 0; token < lengths[n]; ++token) positions.push_back(firsts[n] + token);
  }
  return random_tokens(probe, "packed", positions);
}

}  // namespace

reports::Case packed(const Probe& probe) {
  Inquiry inquiry(probe, "packed");
  const std::int64_t limit = probe.fixture.spec.max_position;
  const std::array<std::int64_t, 5> starts{limit / 3, 0, 2, limit - lengths[3], 7};
  for (const auto& [firsts, what] : {std::pair{std::array<std::int64_t, 5>{}, "sequences that begin at 0"},
                                     std::pair{starts, "sequences with start positions"}}) {
    const Tokens in = sequences_at(probe, firsts);
    if (*std::min_element(in.positions.begin(), in.positions.end()) < 0) continue;
    RotateRequest request = request_for(probe, in);
    request.sequences.assign(lengths.begin(), lengths.end());
    request.arrangement.layout = Layout::thd;
    const auto got = inquiry.ask(in, request, what);
    if (!got) continue;
    std::size_t first = 0;
    for (std::int64_t length : lengths) {
      const auto count = static_cast<std::size_t>(length);
      if (count > 0) {
        const Tokens alone = slice(in, first, count);
        if (const auto expected = inquiry.plain(alone)) {
          inquiry.same(alone, *expected, slice(*got, first, count), what);
        }
      }
      first += count;
    }
  }
  return inquiry.result("a packed sequence is not what it is alone");
}

}  // namespace rope::conformance
