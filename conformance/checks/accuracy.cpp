// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The one place where outputs are subtracted from golden values.
#include "conformance/checks/accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace rope::conformance {
bool same_number(DType dtype, std::uint32_t a, std::uint32_t b) {
  if (a == b) return true;
  return to_double(dtype, a) == 0 && to_double(dtype, b) == 0;
}

Golden golden(const fixtures::Fixture& fixture, DType dtype, const Cell& cell) {
  const std::size_t pairs = fixture.pairs();
  const std::size_t at = cell.row * pairs + cell.pair;
  const std::size_t t = tensor_index(dtype);
  Golden out;
  if (cell.head == Head::e1 || cell.head == Head::e2) {
    const DoubleDouble c = fixture.cos[at];
    const DoubleDouble s = fixture.sin[at];
    const std::uint32_t c_bits = fixture.cos_bits[t][at];
    const std::uint32_t s_bits = fixture.sin_bits[t][at];
    const std::uint32_t sign = std::uint32_t{1} << (8 * format(dtype).bytes - 1);
    if (cell.head == Head::e1) {
      out.exact = {c, s};
      out.bits = {c_bits, s_bits};
    } else {
      out.exact = {-s, c};
      out.bits = {s_bits ^ sign, c_bits};
    }
  } else {
    const fixtures::Rotation& rotation = fixture.rotation[t];
    const bool q = has_q_row(cell.head);
    const auto& values = q ? rotation.q_forward_f64 : rotation.k_forward_f64;
    const auto& bits = q ? rotation.q_forward : rotation.k_forward;
    out.exact = {DoubleDouble{values[2 * at], 0}, DoubleDouble{values[2 * at + 1], 0}};
    out.bits = {bits[2 * at], bits[2 * at + 1]};
  }
  out.value = {out.exact[0].hi, out.exact[1].hi};
  return out;
}

void Accuracy::merge(const Accuracy& other) {
  cells += other.cells;
  components += other.components;
  correctly_rounded += other.correctly_rounded;
  grade = std::max(grade, other.grade);
  if (other.worst_equal) keep_larger(equal_ratio, worst_equal, other.equal_ratio, *other.worst_equal);
  if (other.worst_failing) keep_larger(failing_ratio, worst_failing, other.failing_ratio, *other.worst_failing);
  if (other.worst_contract) keep_larger(contract_ratio, worst_contract, other.contract_ratio, *other.worst_contract);
  const auto earlier = [](std::optional<std::int64_t>& mine, const std::optional<std::int64_t>& theirs) {
    if (theirs) mine = mine ? std::min(*mine, *theirs) : *theirs;
  };
  earlier(first_failure, other.first_failure);
  earlier(first_contract, other.first_contract);
}

Accuracy compare(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                 std::span<const Head> heads, std::size_t first, std::size_t last) {
  Accuracy out;
  out.row_grade.assign(last - first, Grade::exact);
  const DType dtype = response.dtype;
  // The same for all heads.
  std::vector<CellPlace> places(response.pairs);
  std::vector<Judge::At> bounds(response.pairs);
  for (std::size_t row = first; row < last; ++row) {
    for (std::size_t pair = 0; pair < response.pairs; ++pair) {
      const std::size_t at = row * response.pairs + pair;
      places[pair] = {fixture.positions[row], static_cast<int>(pair), fixture.cos[at].hi, fixture.sin[at].hi, 1};
      bounds[pair] = judge.at(places[pair]);
    }
    for (Head head : heads) {
      for (std::size_t pair = 0; pair < response.pairs; ++pair) {
        const Cell cell{head, row, pair};
        const Golden want = golden(fixture, dtype, cell);
        std::array<double, 2> differences{};
        bool rounded = true;
        double squared = 0;
        for (std::size_t element = 0; element < 2; ++element) {
          const std::uint32_t got = response.out(head, row, pair, element);
          differences[element] = difference(to_double(dtype, got), want.exact[element]);
          const bool same = same_number(dtype, got, want.bits[element]);
          rounded = rounded && same;
          out.correctly_rounded += same ? 1U : 0U;
          const double x = to_double(dtype, response.in(head, row, pair, element));
          squared += x * x;
        }
        out.components += 2;
        ++out.cells;
        CellPlace place = places[pair];
        place.input_norm = std::sqrt(squared);
        double error = std::hypot(differences[0], differences[1]);
        if (std::isnan(error)) error = HUGE_VAL;
        const Score score = judge.score(place, bounds[pair], error, rounded);
        SeenCell candidate;
        candidate.head = head;
        candidate.position = place.position;
        candidate.pair = place.pair;
        for (std::size_t element = 0; element < 2; ++element) {
          candidate.in[element] = response.in(head, row, pair, element);
          candidate.got[element] = response.out(head, row, pair, element);
        }
        candidate.expected = want.bits;
        candidate.exact = want.value;
        candidate.error = error;
        candidate.input_norm = place.input_norm;
        keep_larger(out.equal_ratio, out.worst_equal, score.equal_ratio, candidate);
        keep_larger(out.failing_ratio, out.worst_failing, score.failing_ratio, candidate);
        if (judge.declared()) {
          const std::array<double, 2> in{to_double(dtype, candidate.in[0]), to_double(dtype, candidate.in[1])};
          const std::array<double, 2> got{to_double(dtype, candidate.got[0]), to_double(dtype, candidate.got[1])};
          const double ratio = judge.contract_ratio(place, bounds[pair], error, in, got);
          keep_larger(out.contract_ratio, out.worst_contract, ratio, candidate);
          if (ratio > 1 && !out.first_contract) out.first_contract = place.position;
        }
        out.grade = std::max(out.grade, score.grade);
        out.row_grade[row - first] = std::max(out.row_grade[row - first], score.grade);
        if (score.grade == Grade::fail && !out.first_failure) out.first_failure = place.position;
      }
    }
  }
  return out;
}

std::size_t row_at(const fixtures::Fixture& fixture, std::size_t rows, std::int64_t position) {
  const auto it = std::lower_bound(fixture.positions.begin(), fixture.positions.end(), position);
  return std::min(rows, static_cast<std::size_t>(it - fixture.positions.begin()));
}

}  // namespace rope::conformance
