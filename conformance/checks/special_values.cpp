// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// special-values: a NaN or an infinity makes its own pair non-finite and leaves every other pair what it is without it.
#include <fmt/format.h>

#include <cmath>

#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/same_rows.hpp"
#include "conformance/checks/specials.hpp"

namespace rope::conformance {
namespace {

/// In each row another pair, and in each turn through the pairs the other element of it.
bool is_touched(std::size_t n, std::size_t pairs) {
  return n % pairs == n / pairs % pairs;
}

std::size_t touched_element(std::size_t n, std::size_t pairs) {
  const std::size_t row = n / pairs;
  return (row + row / pairs) % 2;
}

}  // namespace

reports::Case special_values(const Probe& probe) {
  const std::size_t pairs = probe.fixture.pairs();
  const Rows plain = random_rows(probe, "special-values", spread_positions(probe.fixture.spec.max_position));
  const RotateAnswer before = probe.rotate(request_for(probe, plain));
  if (auto none = no_answer(before)) return *none;
  const auto expected = rotated_rows(probe, before);
  Deviations others(probe);
  std::size_t touched = 0;
  std::optional<reports::Case> swallowed;
  for (const Special& special : specials) {
    Rows rows = plain;
    for (std::size_t n = 0; n < rows.positions.size() * pairs; ++n) {
      if (is_touched(n, pairs)) rows.values[2 * n + touched_element(n, pairs)] = special.bits(probe.dtype);
    }
    const RotateAnswer answer = probe.rotate(request_for(probe, rows));
    if (auto none = no_answer(answer)) return *none;
    const auto got = rotated_rows(probe, answer);
    for (std::size_t n = 0; n < rows.positions.size() * pairs; ++n) {
      if (!is_touched(n, pairs)) {
        add_same_pair(others, probe, plain, n, expected, got, Bits::left_alone,
                      fmt::format("{} in another pair", special.words));
        continue;
      }
      ++touched;
      const std::int64_t position = rows.positions[n / pairs];
      const auto finite = [&](std::size_t element) {
        return std::isfinite(to_double(probe.dtype, got[2 * n + element]));
      };
      // Both outputs take from both inputs. At position 0 a kernel may copy: then the other element stays finite.
      const bool good = position == 0 ? !finite(touched_element(n, pairs)) : !finite(0) && !finite(1);
      if (good || swallowed) continue;
      reports::Worst worst;
      worst.error = HUGE_VAL;
      worst.position = position;
      worst.pair = static_cast<int>(n % pairs);
      worst.dtype = name(probe.dtype);
      worst.input_kind = "random row with one non-finite element";
      worst.expected = {{"not finite", ""}, {"not finite", ""}};
      for (std::size_t element = 0; element < 2; ++element) {
        worst.inputs.push_back(number(probe.dtype, rows.values[2 * n + element]));
        worst.got.push_back(number(probe.dtype, got[2 * n + element]));
      }
      swallowed.emplace();
      swallowed->verdict = reports::Verdict::fail;
      swallowed->ratio = HUGE_VAL;
      swallowed->message = fmt::format("{} at position {}, pair {} is swallowed: {} of the pair is finite",
                                       special.words, position, worst.pair, finite(0) && finite(1) ? "all" : "half");
      swallowed->worst = std::move(worst);
    }
  }
  reports::Case out = swallowed ? *swallowed : others.result("a NaN or infinity changes another pair");
  out.cells = others.cells() + touched;
  return out;
}

}  // namespace rope::conformance
