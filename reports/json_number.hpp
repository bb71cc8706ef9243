// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A number in a report.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

namespace rope::reports {

/// JSON has no infinities and no NaN, so these become strings.
inline nlohmann::ordered_json number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

}  // namespace rope::reports
