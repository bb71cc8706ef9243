// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// From bits to the numbers of a report.
#include "conformance/checks/seen_cell.hpp"

#include <fmt/format.h>

#include "conformance/checks/number_text.hpp"

namespace rope::conformance {

void keep_larger(double& largest, std::optional<SeenCell>& worst, double ratio, const SeenCell& candidate) {
  if (worst && !(ratio > largest)) return;
  largest = ratio;
  worst = candidate;
  worst->ratio = ratio;
}

std::string where(const SeenCell& cell) {
  return fmt::format("position {}, pair {}, {}", cell.position, cell.pair, name(cell.head));
}

reports::Worst describe(DType dtype, const SeenCell& cell) {
  reports::Worst out;
  out.error = cell.input_norm > 0 ? cell.error / cell.input_norm : cell.error;
  out.bound = cell.ratio > 0 ? out.error / cell.ratio : 0;
  out.position = cell.position;
  out.pair = cell.pair;
  out.dtype = name(dtype);
  out.input_kind = name(cell.head);
  for (std::size_t element = 0; element < 2; ++element) {
    out.inputs.push_back(number(dtype, cell.in[element]));
    out.expected.push_back(number(dtype, cell.expected[element]));
    out.exact.push_back(number(cell.exact[element]).dec);
    out.got.push_back(number(dtype, cell.got[element]));
  }
  return out;
}

}  // namespace rope::conformance
