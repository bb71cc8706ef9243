// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each slip is another map from pairs to axes; the outputs are held against the truth of that map, those with two axes,
// three or four apart: a kernel may have a path of its own for each.
#include "conformance/checks/axis_fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include "reference/position_axes.hpp"

namespace rope::conformance {
namespace {

using Map = std::vector<std::uint32_t>;

Map as_it_is(Map map, std::uint32_t) {
  return map;
}

/// Of two axes both, of three the last two: height and width.
Map swapped(Map map, std::uint32_t axes) {
  for (std::uint32_t& axis : map) {
    if (axis + 2 >= axes) axis = 2 * axes - 3 - axis;
  }
  return map;
}

Map in_bands(Map map, std::uint32_t) {
  std::sort(map.begin(), map.end());
  return map;
}

Map in_turns(Map map, std::uint32_t axes) {
  PositionAxes dealt{AxisOrder::interleaved, std::vector<int>(axes, 0)};
  for (const std::uint32_t axis : map) ++dealt.sections[axis];
  return axis_of_each_pair(dealt, static_cast<int>(map.size()));
}

Map first_alone(Map map, std::uint32_t) {
  std::fill(map.begin(), map.end(), 0U);
  return map;
}

struct Slip {
  const char* id;
  const char* sentence;
  Map (*map)(Map map, std::uint32_t axes);
};
constexpr std::array<Slip, 4> slips{
    {{"axes-swapped", "height and width take each other's positions", swapped},
     {"axes-in-bands", "each axis has a band of neighbouring pairs where axes take turns", in_bands},
     {"axes-in-turns", "axes take turns where each has a band of neighbouring pairs", in_turns},
     {"axes-ignored", "every pair takes the position of the first axis", first_alone}}};

using Calls = std::vector<const AskedAxes*>;

bool explains(const Probe& probe, const Truth& truth, const Calls& calls, const Slip& slip) {
  return std::all_of(calls.begin(), calls.end(), [&](const AskedAxes* call) {
    RotateRequest done = call->request;
    const std::size_t of_each_axis = done.positions.size() / done.axes();
    done.pair_axis = slip.map(done.pair_axis, static_cast<std::uint32_t>(done.axes()));
    done.positions.resize(done.axes() * of_each_axis);  // a request has no axis that no pair takes
    Deviations deviations(probe);
    add_true(deviations, truth, done, call->answer, "");
    return deviations.result("").verdict != reports::Verdict::fail;
  });
}

}  // namespace

std::optional<AxisFault> name_axis_fault(const Probe& probe, const Truth& truth, const std::vector<AskedAxes>& calls) {
  std::map<std::size_t, Calls> by_axes;
  for (const AskedAxes& call : calls) by_axes[call.request.axes()].push_back(&call);
  const std::size_t all = by_axes.size();
  std::erase_if(by_axes, [&](const auto& of_one_number) {
    return explains(probe, truth, of_one_number.second, {"", "", as_it_is});
  });
  if (by_axes.empty()) return std::nullopt;
  std::optional<AxisFault> found;
  for (const Slip& slip : slips) {
    const auto by_this = [&](const auto& of_one_number) { return explains(probe, truth, of_one_number.second, slip); };
    if (!std::all_of(by_axes.begin(), by_axes.end(), by_this)) continue;
    if (found) return std::nullopt;
    found = AxisFault{slip.id, slip.sentence};
  }
  if (found && by_axes.size() < all) {
    std::vector<std::size_t> numbers;
    for (const auto& of_one_number : by_axes) numbers.push_back(of_one_number.first);
    found->sentence += fmt::format(", with {} axes", fmt::join(numbers, " or "));
  }
  return found;
}

}  // namespace rope::conformance
