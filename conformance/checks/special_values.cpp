// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// special-values: a NaN or an infinity makes its own pair non-finite and leaves every other pair alone, bit for bit.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "conformance/checks/deviation.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

struct Special {
  const char* words;
  double value;
};
constexpr Special specials[] = {{"NaN", std::numeric_limits<double>::quiet_NaN()},
                                {"infinity", std::numeric_limits<double>::infinity()},
                                {"-infinity", -std::numeric_limits<double>::infinity()}};

}  // namespace

reports::Case special_values(const Probe& probe) {
  const std::size_t pairs = probe.fixture.pairs();
  const Rows plain = random_rows(probe, "special-values", spread_positions(probe.fixture.spec.max_position));
  const std::vector<std::int64_t>& positions = plain.positions;
  const RotateAnswer before = probe.rotate(request_for(probe, plain));
  if (auto none = no_answer(before)) return *none;
  const auto expected = rotated_rows(probe, before);
  reports::Case out;
  out.verdict = reports::Verdict::pass;
  out.ratio = 0;
  const auto blame = [&](std::size_t n, const Rows& rows, const std::vector<std::uint32_t>& got, std::string message) {
    if (out.verdict == reports::Verdict::fail) return;
    out.verdict = reports::Verdict::fail;
    out.message = std::move(message);
    out.ratio = HUGE_VAL;
    reports::Worst worst;
    worst.error = HUGE_VAL;
    worst.position = positions[n / pairs];
    worst.pair = static_cast<int>(n % pairs);
    worst.dtype = name(probe.dtype);
    worst.input_kind = "random row with one non-finite element";
    for (std::size_t element = 0; element < 2; ++element) {
      worst.inputs.push_back(number(probe.dtype, rows.values[2 * n + element]));
      worst.expected.push_back(number(probe.dtype, expected[2 * n + element]));
      worst.got.push_back(number(probe.dtype, got[2 * n + element]));
    }
    out.worst = std::move(worst);
  };
  // Equal bits, or within what two runs of one arithmetic may differ: bit-invariance is another check's.
  const auto same = [&](std::size_t n, const std::vector<std::uint32_t>& got) {
    const double r =
        std::hypot(to_double(probe.dtype, plain.values[2 * n]), to_double(probe.dtype, plain.values[2 * n + 1]));
    for (std::size_t at : {2 * n, 2 * n + 1}) {
      if (got[at] == expected[at]) continue;
      const double limit = 2 * (r * same_frequency_bound(probe.judge.usual(), positions[n / pairs],
                                                         static_cast<int>(n % pairs), equal_limit) +
                                probe.judge.usual().underflow());
      if (!(std::fabs(to_double(probe.dtype, got[at]) - to_double(probe.dtype, expected[at])) <= limit)) return false;
    }
    return true;
  };
  for (const Special& special : specials) {
    Rows rows = plain;
    // In each row another pair is touched, at its first or second element.
    const auto touched = [&](std::size_t n) { return n % pairs == (n / pairs * 5) % pairs; };
    const auto bits = static_cast<std::uint32_t>(round_to_bits(probe.dtype, special.value));
    for (std::size_t n = 0; n < positions.size() * pairs; ++n) {
      if (touched(n)) rows.values[2 * n + n / pairs % 2] = bits;
    }
    const RotateAnswer answer = probe.rotate(request_for(probe, rows));
    if (auto none = no_answer(answer)) return *none;
    const auto got = rotated_rows(probe, answer);
    for (std::size_t n = 0; n < positions.size() * pairs; ++n) {
      ++out.cells;
      const double y[2] = {to_double(probe.dtype, got[2 * n]), to_double(probe.dtype, got[2 * n + 1])};
      const auto at = [&] { return fmt::format("position {}, pair {}", positions[n / pairs], n % pairs); };
      if (touched(n)) {
        // Both outputs take from both inputs. At position 0 a kernel may copy: then the other element stays finite.
        const bool finite[2] = {std::isfinite(y[0]), std::isfinite(y[1])};
        if (positions[n / pairs] == 0 ? finite[0] && finite[1] : finite[0] || finite[1]) {
          blame(n, rows, got,
                fmt::format("{} at {} is swallowed: {} of the pair is finite", special.words, at(),
                            finite[0] && finite[1] ? "all" : "half"));
          if (out.worst) out.worst->expected = {{"not finite", ""}, {"not finite", ""}};
        }
      } else if (!same(n, got)) {
        blame(n, rows, got, fmt::format("{} in another pair changes {}", special.words, at()));
      }
    }
  }
  return out;
}

}  // namespace rope::conformance
