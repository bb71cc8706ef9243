// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Bitwise where the contract promises bits, else within twice the rotation's own rounding (docs/numerics.md,
// "pairing-equivalence").
#include "conformance/checks/pairing_equivalence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "conformance/checks/number_text.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;

Bounds bounds_for(const fixtures::Fixture& fixture, const Judge& judge, DType dtype) {
  if (judge.declared()) return *judge.declared();
  // Nothing is declared, so either mode may fuse whichever product it likes.
  Contract usual = baseline_contract(dtype);
  usual.fma = Contract::Fma::any;
  std::vector<double> frequencies;
  for (const DoubleDouble& f : fixture.inv_freq) frequencies.push_back(f.hi);
  return {fixture.spec, usual, dtype, std::move(frequencies)};
}

}  // namespace

reports::Case pairing_equivalence(const Response& half_split, const Response& interleaved,
                                  const fixtures::Fixture& fixture, const Judge& judge) {
  for (const Response* response : {&half_split, &interleaved}) {
    if (response->status != RotateAnswer::Status::ok) return unanswered(response->status, response->message);
  }
  const DType dtype = half_split.dtype;
  const Bounds bounds = bounds_for(fixture, judge, dtype);
  const bool bits_promised = judge.contract() && judge.contract()->bit_reproducible;
  reports::Case out;
  std::size_t different = 0;
  Worst worst;
  bool any = false;
  const std::size_t rows = row_at(fixture, std::min(half_split.rows, interleaved.rows), fixture.spec.max_position);
  for (std::size_t row = 0; row < rows; ++row) {
    for (Head head : all_heads) {
      for (std::size_t pair = 0; pair < half_split.pairs; ++pair) {
        ++out.cells;
        double difference[2];
        double input[2];
        bool same = true;
        for (std::size_t element = 0; element < 2; ++element) {
          const std::uint32_t a = half_split.out(head, row, pair, element);
          const std::uint32_t b = interleaved.out(head, row, pair, element);
          same = same && same_number(dtype, a, b);
          difference[element] = to_double(dtype, a) - to_double(dtype, b);
          input[element] = to_double(dtype, half_split.in(head, row, pair, element));
        }
        if (same) continue;
        ++different;
        const std::size_t at = row * half_split.pairs + pair;
        const double norm = std::hypot(input[0], input[1]);
        const double limit =
            norm * bounds.two_rotations(fixture.cos[at].hi, fixture.sin[at].hi) + 2 * bounds.underflow();
        double error = std::hypot(difference[0], difference[1]);
        if (std::isnan(error)) error = HUGE_VAL;
        const double ratio = error / limit;
        if (any && !(ratio > worst.ratio)) continue;
        worst = {{head, row, pair}, error, norm, ratio};
        any = true;
      }
    }
  }
  out.ratio = any ? worst.ratio : 0;
  if (any) {
    out.worst = describe(half_split, fixture, worst);
    out.worst->expected.clear();
    out.worst->exact.clear();
    for (std::size_t element = 0; element < 2; ++element) {
      out.worst->expected.push_back(
          number(dtype, interleaved.out(worst.cell.head, worst.cell.row, worst.cell.pair, element)));
    }
    out.worst->input_kind += ", expected: interleaved, got: half-split";
  }
  if (out.cells == 0) {
    out.verdict = Verdict::inconclusive;
    out.message = "the fixture has no position below the model's limit";
  } else if (any && (worst.ratio > 1 || bits_promised)) {
    out.verdict = Verdict::fail;
    out.message = fmt::format("the two pairings differ in {} of {} pairs, {}; worst at position {}, pair {}", different,
                              out.cells,
                              worst.ratio > 1 ? fmt::format("by up to {:.3g} times the bound", worst.ratio)
                                              : std::string("inside the bound, but repro=bits is declared"),
                              fixture.positions[worst.cell.row], worst.cell.pair);
  } else {
    out.verdict = Verdict::pass;
    if (any) out.message = fmt::format("not bit-identical in {} of {} pairs, inside the bound", different, out.cells);
  }
  return out;
}

reports::Case pairing_equivalence_of_one(const Response& only, const fixtures::Fixture& fixture, const Judge& judge,
                                         bool accept_declared) {
  JudgedCase judged = golden_rotation(only, fixture, judge, accept_declared);
  if (only.status == RotateAnswer::Status::ok) {
    const std::string note =
        fmt::format("{} only: the other pairing through the suite's own permutation", rope::name(only.pairing));
    judged.record.message = judged.record.message.empty() ? note : judged.record.message + " (" + note + ")";
  }
  return judged.record;
}

}  // namespace rope::conformance
