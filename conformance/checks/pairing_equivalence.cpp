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
#include "conformance/checks/verdict.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;

/// The usual pipeline, either mode of which may fuse whichever product it likes.
Bounds undeclared(const fixtures::Fixture& fixture, DType dtype) {
  Contract usual = baseline_contract(dtype);
  usual.fma = Contract::Fma::any;
  return {fixture.spec, usual, dtype, fixture.frequencies()};
}

double limit_of(const Bounds& bounds, double norm, double cos, double sin) {
  return norm * bounds.two_rotations(cos, sin) + 2 * bounds.underflow();
}

}  // namespace

reports::Case pairing_equivalence(const Response& half_split, const Response& interleaved,
                                  const fixtures::Fixture& fixture, const Judge& judge) {
  for (const Response* response : {&half_split, &interleaved}) {
    if (response->status != RotateAnswer::Status::ok) return unanswered(response->status, response->message);
  }
  const DType dtype = half_split.dtype;
  const Bounds usual = undeclared(fixture, dtype);
  const bool bits_promised = judge.contract() && judge.contract()->bit_reproducible;
  reports::Case out;
  std::size_t different = 0;
  SeenCell worst;
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
          difference[element] = to_double(dtype, a) - to_double(dtype, b);
          // The same NaN or infinity in both (their difference is NaN) is no agreement.
          same = same && same_number(dtype, a, b) && !std::isnan(difference[element]);
          input[element] = to_double(dtype, half_split.in(head, row, pair, element));
        }
        if (same) continue;
        ++different;
        const std::size_t at = row * half_split.pairs + pair;
        const double norm = std::hypot(input[0], input[1]);
        const double cos = fixture.cos[at].hi;
        const double sin = fixture.sin[at].hi;
        double limit = limit_of(usual, norm, cos, sin);
        // A contract tightens; a loose one is held to twice the usual bound, as E(16, 2) has it.
        if (judge.declared()) limit = std::min(limit_of(*judge.declared(), norm, cos, sin), looser_limit.beta * limit);
        double error = std::hypot(difference[0], difference[1]);
        if (std::isnan(error)) error = HUGE_VAL;
        const double ratio = ratio_of(error, limit);
        if (any && !(ratio > worst.ratio)) continue;
        worst.head = head;
        worst.position = fixture.positions[row];
        worst.pair = static_cast<int>(pair);
        for (std::size_t element = 0; element < 2; ++element) {
          worst.in[element] = half_split.in(head, row, pair, element);
          worst.got[element] = half_split.out(head, row, pair, element);
          worst.expected[element] = interleaved.out(head, row, pair, element);
        }
        worst.error = error;
        worst.input_norm = norm;
        worst.ratio = ratio;
        any = true;
      }
    }
  }
  out.ratio = any ? worst.ratio : 0;
  if (any) {
    out.worst = describe(dtype, worst);
    out.worst->exact.clear();
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
                              worst.position, worst.pair);
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
