// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One rotated pair that is worth telling of: where it is, what went in, what came out and what is exact.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "conformance/checks/response.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

struct SeenCell {
  Head head = Head::e1;
  std::int64_t position = 0;
  int pair = 0;
  std::array<std::uint32_t, 2> in{}, got{};
  std::array<std::uint32_t, 2> expected{};  ///< exact, rounded once
  std::array<double, 2> exact{};
  double error = 0;  ///< |got - exact|, absolute
  double input_norm = 0;
  double ratio = 0;  ///< to the limit that this cell is the worst of
};

/// Strictly larger: the first cell stays on a tie, so that reruns agree.
void keep_larger(double& largest, std::optional<SeenCell>& worst, double ratio, const SeenCell& candidate);

/// "position 17, pair 3, random k"
std::string where(const SeenCell& cell);

/// As a report shows it, held against error/ratio.
reports::Worst describe(DType dtype, const SeenCell& cell);

}  // namespace rope::conformance
