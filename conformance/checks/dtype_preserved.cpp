// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// dtype-preserved: an output that has been through a narrower type never uses the last bit of its significand. Judged
// for each head and each pair, since a kernel may treat k, or the pairs that fill no vector, in another way.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "conformance/checks/deviation.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

/// Significant bits that the value uses; 0 for zero. Subnormals have fewer to use and do not count here.
int significant_bits(DType dtype, std::uint32_t bits) {
  const double value = to_double(dtype, bits);
  if (value == 0 || !std::isfinite(value) || std::fabs(value) < std::ldexp(1.0, format(dtype).min_exponent)) return 0;
  const int precision = format(dtype).precision;
  const std::uint32_t fraction = bits & ((std::uint32_t{1} << (precision - 1)) - 1);
  if (fraction == 0) return 1;
  int trailing = 0;
  while (((fraction >> trailing) & 1U) == 0) ++trailing;
  return precision - trailing;
}

/// What some outputs have in common, one head or one pair, and the most bits that any of them uses.
struct Group {
  std::string words;
  std::size_t outputs = 0;
  int most = 0;

  void add(int bits) {
    ++outputs;
    most = std::max(most, bits);
  }
};

// The last bit of a rounded product sum is set in half of all cases; in a quarter, where the angle is so small that an
// fp32 input comes back as it was: inputs are multiples of 2^-24. None of so many has it with probability 2^-53.
constexpr std::size_t enough = 128;

}  // namespace

reports::Case dtype_preserved(const Probe& probe) {
  const Rows rows = random_rows(probe, "dtype-preserved", spread_positions(probe.fixture.spec.max_position));
  const RotateAnswer answer = probe.rotate(request_for(probe, rows));
  if (auto none = no_answer(answer)) return *none;
  reports::Case out;
  const std::size_t pairs = probe.fixture.pairs();
  const std::size_t rows_of_head = rows.positions.size() / (property_q_heads + property_k_heads);
  std::vector<Group> groups;
  for (int head = 0; head < property_q_heads + property_k_heads; ++head) {
    groups.push_back(
        {head < property_q_heads ? fmt::format("q head {}", head) : fmt::format("k head {}", head - property_q_heads)});
  }
  const std::size_t heads = groups.size();
  for (std::size_t pair = 0; pair < pairs; ++pair) groups.push_back({fmt::format("pair {}", pair)});
  const auto rotated = rotated_rows(probe, answer);
  for (std::size_t n = 0; n < rotated.size(); ++n) {
    const std::size_t row = n / (2 * pairs);
    const std::size_t pair = n / 2 % pairs;
    const double value = to_double(probe.dtype, rotated[n]);
    if (!std::isfinite(value)) {
      out.verdict = reports::Verdict::fail;
      out.ratio = HUGE_VAL;
      out.message = fmt::format("{} comes out at position {}, pair {}", value, rows.positions[row], pair);
      return out;
    }
    if (rows.positions[row] == 0) continue;  // the inputs themselves
    ++out.cells;
    const int bits = significant_bits(probe.dtype, rotated[n]);
    groups[row / rows_of_head].add(bits);
    groups[heads + pair].add(bits);
  }
  const int precision = format(probe.dtype).precision;
  const Group* narrowest = nullptr;
  for (const Group& group : groups) {
    if (group.outputs >= enough && (narrowest == nullptr || group.most < narrowest->most)) narrowest = &group;
  }
  if (narrowest == nullptr) {
    out.verdict = reports::Verdict::not_observable;
    out.message = fmt::format("no head and no pair has {} outputs past position 0", enough);
    return out;
  }
  const bool whole = narrowest->most == precision;
  out.ratio = whole ? 0 : HUGE_VAL;
  out.verdict = whole ? reports::Verdict::pass : reports::Verdict::fail;
  if (!whole) {
    out.message = fmt::format(
        "no output of {} uses more than {} significant bits of {}'s {}: they have been through a narrower type{}",
        narrowest->words, narrowest->most, name(probe.dtype), precision,
        narrowest->most == 8    ? " such as bf16"
        : narrowest->most == 11 ? " such as fp16"
                                : "");
  }
  return out;
}

}  // namespace rope::conformance
