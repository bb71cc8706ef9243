// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// offsets: one number for a run of tokens, or an int32 for each, stands for the same positions as an int64 for each.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "conformance/checks/properties.hpp"
#include "conformance/checks/same_rows.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t run_length = 24;

std::vector<std::int64_t> run_from(std::int64_t first) {
  std::vector<std::int64_t> out;
  for (std::int64_t p = first; p < first + run_length; ++p) out.push_back(p);
  return out;
}

/// Two runs that overlap: whatever kind of position the implementation takes, a token's rotation is that of its
/// position and not of its place in the call. For implementations that take no position for each token.
std::optional<reports::Case> overlap(const Probe& probe, Deviations& deviations, std::int64_t first) {
  const std::int64_t limit = probe.fixture.spec.max_position;
  if (first < 0 || first + run_length >= limit) return std::nullopt;
  const Rows early = random_rows(probe, "offsets", run_from(first));
  // The same rows one place further on in the sequence of positions, so that token s + 1 of one is token s of the
  // other.
  Rows late = early;
  const std::size_t row = 2 * probe.fixture.pairs();
  const auto tokens = static_cast<std::size_t>(run_length);
  const std::size_t heads = early.positions.size() / tokens;
  for (std::size_t head = 0; head < heads; ++head) {
    for (std::size_t token = 0; token < tokens; ++token) {
      const std::size_t to = (head * tokens + token) * row;
      const std::size_t from = (head * tokens + (token + 1) % tokens) * row;
      std::copy_n(early.values.begin() + static_cast<std::ptrdiff_t>(from), row,
                  late.values.begin() + static_cast<std::ptrdiff_t>(to));
      ++late.positions[head * tokens + token];
    }
  }
  const RotateAnswer a = probe.rotate(request_for(probe, early));
  if (auto none = no_answer(a)) return none;
  const RotateAnswer b = probe.rotate(request_for(probe, late));
  if (auto none = no_answer(b)) return none;
  const auto from_early = rotated_rows(probe, a);
  const auto from_late = rotated_rows(probe, b);
  for (std::size_t head = 0; head < heads; ++head) {
    Rows shared;
    std::vector<std::uint32_t> expected;
    std::vector<std::uint32_t> got;
    for (std::size_t token = 0; token + 1 < tokens; ++token) {
      const std::size_t here = (head * tokens + token) * row;
      shared.positions.push_back(late.positions[head * tokens + token]);
      for (std::size_t element = 0; element < row; ++element) {
        shared.values.push_back(late.values[here + element]);
        expected.push_back(from_early[here + row + element]);
        got.push_back(from_late[here + element]);
      }
    }
    add_same_rows(deviations, probe, shared, expected, got, "the same token in a run that begins one later");
  }
  return std::nullopt;
}

reports::Case offsets_by_overlap(const Probe& probe) {
  const std::int64_t limit = probe.fixture.spec.max_position;
  Deviations deviations(probe);
  for (std::int64_t first : {std::int64_t{0}, limit / 3, limit - run_length - 1}) {
    if (auto none = overlap(probe, deviations, first)) return *none;
  }
  return deviations.result("a rotation depends on the token's place in the call");
}

}  // namespace

reports::Case offsets(const Probe& probe) {
  const std::int64_t limit = probe.fixture.spec.max_position;
  Deviations deviations(probe);
  std::size_t compared = 0;
  std::map<std::string, std::string> refused;  // kind, and the implementation's words
  // A single token too: that is how decoding steps are asked for.
  std::vector<std::vector<std::int64_t>> runs{
      run_from(0), run_from(limit / 3), run_from(limit - run_length), {limit - 1}, {limit / 2}};
  for (const auto& run : runs) {
    if (run.front() < 0 || run.back() >= limit) continue;
    const Rows rows = random_rows(probe, "offsets", run);
    RotateRequest request = request_for(probe, rows);
    request.arrangement.positions = PositionsAs::token_int64;
    const RotateAnswer each = probe.rotate(request);
    if (each.status == RotateAnswer::Status::unsupported) return offsets_by_overlap(probe);
    if (auto none = no_answer(each)) return *none;
    const auto expected = rotated_rows(probe, each);
    constexpr std::pair<PositionsAs, const char*> kinds[] = {{PositionsAs::offset, "an offset"},
                                                             {PositionsAs::batch_offset, "an offset by row"},
                                                             {PositionsAs::token_int32, "int32 positions"}};
    for (const auto& [kind, words] : kinds) {
      request.arrangement.positions = kind;
      const RotateAnswer answer = probe.rotate(request);
      if (answer.status == RotateAnswer::Status::unsupported) {
        refused.emplace(words, answer.message);
        continue;
      }
      if (auto none = no_answer(answer)) return *none;
      ++compared;
      add_same_rows(deviations, probe, rows, expected, rotated_rows(probe, answer), words);
    }
  }
  std::string not_compared;
  for (const auto& [words, reason] : refused) {
    not_compared += fmt::format("{}{} ({})", not_compared.empty() ? "not compared: " : ", ", words, reason);
  }
  reports::Case out;
  if (compared == 0) {
    out.verdict = reports::Verdict::unsupported;
  } else {
    out = deviations.result("positions given another way give another rotation");
    if (!out.message.empty() && !not_compared.empty()) out.message += "; ";
  }
  out.message += not_compared;
  return out;
}

}  // namespace rope::conformance
