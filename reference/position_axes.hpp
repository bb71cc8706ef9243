// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Several positions for each token: which of them a pair takes. Formulas and sources in position_axes.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rope {

/// How the pairs of a head are dealt out to the axes.
enum class AxisOrder : std::uint8_t {
  sections,     ///< bands of neighbours, one behind the other: Qwen2-VL
  interleaved,  ///< in turn, as long as an axis has pairs left; what is left over is axis 0's: Qwen3-VL
};

std::string_view name(AxisOrder order);
std::optional<AxisOrder> axis_order_from_name(std::string_view name);

/// A token that stands in a picture or a film has a position on each axis; of M-RoPE axis 0 is time, 1 height, 2 width.
/// The frequencies are those of the spec, pair by pair, whatever the axis.
struct PositionAxes {
  AxisOrder order = AxisOrder::sections;
  std::vector<int> sections;  ///< how many pairs each axis has

  friend bool operator==(const PositionAxes&, const PositionAxes&) = default;
};

/// The axis of a pair.
int axis_of_pair(const PositionAxes& axes, int pair);

/// Of every pair, in order.
std::vector<std::uint32_t> axis_of_each_pair(const PositionAxes& axes, int pairs);

/// Nothing where they fit that many pairs; otherwise one sentence, as problem(spec).
std::optional<std::string> axes_problem(const PositionAxes& axes, int pairs);

}  // namespace rope
