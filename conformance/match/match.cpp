// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Position by position: one table, then all heads rotated by it.
#include "conformance/match/match.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "conformance/checks/accuracy.hpp"

namespace rope::conformance {

Contract forward_contract(const Contract& contract) {
  return for_tensor(contract, Tensor::q, Direction::forward);
}

std::optional<std::string> cannot_emulate(const Contract& contract, const Spec& spec) {
  if (for_tensor(contract, Tensor::k, Direction::forward) != forward_contract(contract)) {
    return "q and k have stages of their own, which this version does not match; expected one arithmetic for both";
  }
  return not_pinned(forward_contract(contract), spec);
}

std::optional<std::string> cannot_emulate(const Contract& contract, const fixtures::Fixture& fixture) {
  if (auto open = cannot_emulate(contract, fixture.spec)) return open;
  if (contract.angle_style != AngleStyle::f32x2) return std::nullopt;
  const Pipeline pipeline(fixture.spec, forward_contract(contract), contract.tensor_dtype());
  const bool all = std::all_of(fixture.positions.begin(), fixture.positions.end(),
                               [&](std::int64_t p) { return pipeline.reaches(p); });
  if (!all) return "angle=f32x2 is emulated for positions to 2^24, as they are held; this fixture has others";
  return std::nullopt;
}

bool same_bits(DType dtype, std::uint32_t a, std::uint32_t b) {
  return same_number(dtype, a, b) || (std::isnan(to_double(dtype, a)) && std::isnan(to_double(dtype, b)));
}

Matched match(const Response& response, const fixtures::Fixture& fixture, const Pipeline& pipeline) {
  std::vector<std::size_t> rows(response.rows);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return match(response, fixture, pipeline, rows);
}

Matched match(const Response& response, const fixtures::Fixture& fixture, const Pipeline& pipeline,
              std::span<const std::size_t> rows) {
  Matched out;
  std::vector<double> cos(response.pairs), sin(response.pairs);
  for (std::size_t row : rows) {
    pipeline.table(fixture.positions[row], cos.data(), sin.data());
    for (Head head : all_heads) {
      const bool unit = head == Head::e1 || head == Head::e2;
      for (std::size_t pair = 0; pair < response.pairs; ++pair) {
        const auto want = pipeline.rotate(cos[pair], sin[pair], response.in(head, row, pair, 0),
                                          response.in(head, row, pair, 1), Direction::forward);
        for (std::size_t element = 0; element < 2; ++element) {
          const std::uint32_t got = response.out(head, row, pair, element);
          const bool same = same_bits(response.dtype, want[element], got);
          const Share one{same ? 1U : 0U, 1};
          (unit ? out.unit : out.random) += one;
          if (unit && pair == 0) out.first_pair += one;
          if (!same && !out.first) {
            out.first = BitDifference{head, row, fixture.positions[row], pair, element, want[element], got};
          }
        }
      }
    }
  }
  return out;
}

}  // namespace rope::conformance
