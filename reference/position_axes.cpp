// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// M-RoPE: with A axes and s_a pairs for axis a, pair j turns by (position on axis(j)) · inv_freq_j, where
//
//   sections      axis(j) = a for s_0 + … + s_(a-1) <= j < s_0 + … + s_a
//   interleaved   axis(j) = j mod A where that is not 0 and j < A · s_(j mod A), else 0
//
// Sources: Hugging Face transformers 5.24, models/qwen2_vl/modeling_qwen2_vl.py and
// models/qwen3_vl/modeling_qwen3_vl.py (both: recomposition_frequencies), A = 3: time, height, width. Qwen2-VL and
// Qwen2.5-VL have sections 16, 24, 24, Qwen3-VL interleaves 24, 20, 20.
// Quirks: Qwen3-VL's own code never reads s_0, and a section too long for the head is cut there without a word; here
// each axis must get the number of pairs that is written down. Text tokens have the same position on all axes, and for
// them a model with axes is the one without.
#include "reference/position_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace rope {

std::string_view name(AxisOrder order) {
  return order == AxisOrder::sections ? "sections" : "interleaved";
}

std::optional<AxisOrder> axis_order_from_name(std::string_view text) {
  for (const AxisOrder order : {AxisOrder::sections, AxisOrder::interleaved}) {
    if (name(order) == text) return order;
  }
  return std::nullopt;
}

int axis_of_pair(const PositionAxes& axes, int pair) {
  const auto count = static_cast<int>(axes.sections.size());
  if (axes.order == AxisOrder::interleaved) {
    const int turn = pair % count;
    return pair < count * axes.sections[static_cast<std::size_t>(turn)] ? turn : 0;
  }
  int axis = 0;
  for (int end = axes.sections.front(); pair >= end && axis + 1 < count;) {
    ++axis;
    end += axes.sections[static_cast<std::size_t>(axis)];
  }
  return axis;
}

std::vector<std::uint32_t> axis_of_each_pair(const PositionAxes& axes, int pairs) {
  std::vector<std::uint32_t> out;
  for (int pair = 0; pair < pairs; ++pair) out.push_back(static_cast<std::uint32_t>(axis_of_pair(axes, pair)));
  return out;
}

std::optional<std::string> axes_problem(const PositionAxes& axes, int pairs) {
  // Four is what ggml has room for; no model has more.
  constexpr std::size_t most = 4;
  const std::string text = fmt::format("[{}]", fmt::join(axes.sections, ", "));
  const bool each = std::all_of(axes.sections.begin(), axes.sections.end(),
                                [&](int section) { return section >= 1 && section <= pairs; });
  if (axes.sections.size() < 2 || axes.sections.size() > most || !each) {
    return fmt::format("sections are {}; expected 2 to {} of them, each 1 to rotary_dim / 2 = {}", text, most, pairs);
  }
  const int sum = std::accumulate(axes.sections.begin(), axes.sections.end(), 0);
  if (sum != pairs) {
    return fmt::format("sections are {}, {} together; expected rotary_dim / 2 = {}", text, sum, pairs);
  }
  const std::vector<std::uint32_t> dealt = axis_of_each_pair(axes, pairs);
  for (std::size_t axis = 0; axis < axes.sections.size(); ++axis) {
    const auto found = std::count(dealt.begin(), dealt.end(), static_cast<std::uint32_t>(axis));
    if (found != axes.sections[axis]) {
      return fmt::format("sections are {}; dealt out in turn over {} pairs, axis {} gets {} of its {}", text, pairs,
                         axis, found, axes.sections[axis]);
    }
  }
  return std::nullopt;
}

}  // namespace rope
