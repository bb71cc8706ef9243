// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// packed: sequences laid behind one another with cu_seqlens are each rotated as in a call of their own.
#include <algorithm>
#include <array>
#include <string>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"
#include "rope_impl.h"

namespace rope::conformance {
namespace {

constexpr std::int64_t most_rows = 4096;

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

namespace {

/// A source of angles and a direction that packed calls are made with, and the limit that prepare is told.
struct Way {
  AngleSource source = AngleSource::any;
  Direction direction = Direction::forward;
  std::int64_t limit = 0;
  std::string words;
};

std::vector<Way> ways(const Probe& probe) {
  const std::int64_t limit = probe.fixture.spec.max_position;
  std::vector<Way> out{{AngleSource::any, Direction::forward, limit, ""},
                       {AngleSource::any, Direction::backward, limit, ", backward"}};
  // Supplied angles and tables have a row for each position below the limit.
  const std::int64_t rows = std::min(limit, most_rows);
  const auto claimed = [&](rope_source source) {
    return probe.description != nullptr && (probe.description->sources & ROPE_SOURCE_BIT(source)) != 0;
  };
  if (claimed(ROPE_SOURCE_TABLES)) out.push_back({AngleSource::tables, Direction::forward, rows, ", tables"});
  if (claimed(ROPE_SOURCE_ANGLES)) out.push_back({AngleSource::angles, Direction::forward, rows, ", angles"});
  return out;
}

}  // namespace

reports::Case packed(const Probe& probe) {
  Inquiry inquiry(probe, "packed");
  for (const Way& way : ways(probe)) {
    const std::array<std::int64_t, 5> starts{way.limit / 3, 0, 2, way.limit - lengths[3], 7};
    for (const auto& [firsts, words] : {std::pair{std::array<std::int64_t, 5>{}, "sequences that begin at 0"},
                                        std::pair{starts, "sequences with start positions"}}) {
      const std::string what = words + way.words;
      const Tokens in = sequences_at(probe, firsts);
      if (*std::min_element(in.positions.begin(), in.positions.end()) < 0) continue;
      RotateRequest request = request_for(probe, in);
      request.sequences.assign(lengths.begin(), lengths.end());
      request.max_position = way.limit;
      request.direction = way.direction;
      request.arrangement.layout = Layout::thd;
      request.arrangement.source = way.source;
      const auto got = inquiry.ask(in, request, what);
      if (!got) continue;
      std::size_t first = 0;
      for (std::int64_t length : lengths) {
        const auto count = static_cast<std::size_t>(length);
        if (count > 0) {
          const Tokens alone = slice(in, first, count);
          if (const auto expected = inquiry.plain(alone, request)) {
            inquiry.same(alone, *expected, slice(*got, first, count), what);
          }
        }
        first += count;
      }
    }
  }
  return inquiry.result("a packed sequence is not what it is alone");
}

}  // namespace rope::conformance
