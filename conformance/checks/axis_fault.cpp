// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each slip is another map from pairs to axes; the outputs are held against the truth of that map, those with two axes,
// three or four apart: a kernel may have a path of its own for each. Where some axes are not read, whose position is
// taken for theirs is found out by trying all that there are: 2 of two axes, 9 of three, 40 of four. No two slips are
// the same map: an exchange and another order leave each axis its pairs, a merge does not.
#include "conformance/checks/axis_fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

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

/// `redone(map, axes)`: the map of a call, as it may have been read.
template <class Redone>
bool explains(const Probe& probe, const Truth& truth, const Calls& calls, const Redone& redone) {
  return std::all_of(calls.begin(), calls.end(), [&](const AskedAxes* call) {
    RotateRequest done = call->request;
    const std::size_t of_each_axis = done.positions.size() / done.axes();
    done.pair_axis = redone(done.pair_axis, static_cast<std::uint32_t>(done.axes()));
    done.positions.resize(done.axes() * of_each_axis);  // a request has no axis behind the last that a pair takes
    Deviations deviations(probe);
    add_true(deviations, truth, done, call->answer, "");
    return deviations.result("").verdict != reports::Verdict::fail;
  });
}

/// Whose position each axis takes: its own where it is read, that of one which is read where it is not.
using Taken = std::vector<std::uint32_t>;

bool is_a_merge(const Taken& taken) {
  bool all_read = true;
  for (std::uint32_t axis = 0; axis < taken.size(); ++axis) {
    all_read = all_read && taken[axis] == axis;
    if (taken[taken[axis]] != taken[axis]) return false;
  }
  return !all_read;
}

std::vector<Taken> all_merges(std::size_t axes) {
  std::vector<Taken> out;
  for (Taken taken(axes, 0); !taken.empty();) {
    if (is_a_merge(taken)) out.push_back(taken);
    // Counts on, the last axis fastest.
    std::size_t axis = axes;
    while (axis > 0 && taken[axis - 1] + 1 == axes) taken[--axis] = 0;
    axis == 0 ? taken.clear() : static_cast<void>(++taken[axis - 1]);
  }
  return out;
}

std::vector<Taken> merges_that_explain(const Probe& probe, const Truth& truth, const Calls& calls, std::size_t axes) {
  std::vector<Taken> out = all_merges(axes);
  std::erase_if(out, [&](const Taken& taken) {
    return !explains(probe, truth, calls, [&](Map map, std::uint32_t) {
      for (std::uint32_t& axis : map) axis = taken[axis];
      return map;
    });
  });
  return out;
}

bool takes_the_first_alone(const Taken& taken) {
  return std::all_of(taken.begin(), taken.end(), [](std::uint32_t axis) { return axis == 0; });
}

/// "of 3 axes the third takes the second's position".
std::string words_of(const Taken& taken) {
  constexpr std::array<const char*, 4> names{"first", "second", "third", "fourth"};  // axes_problem
  std::vector<std::string> parts;
  for (std::uint32_t axis = 0; axis < taken.size(); ++axis) {
    if (taken[axis] != axis) {
      parts.push_back(fmt::format("the {} takes the {}'s position", names[axis], names[taken[axis]]));
    }
  }
  return fmt::format("of {} axes {}", taken.size(), fmt::join(parts, " and "));
}

}  // namespace

std::optional<AxisFault> name_axis_fault(const Probe& probe, const Truth& truth, const std::vector<AskedAxes>& calls) {
  std::map<std::size_t, Calls> by_axes;
  for (const AskedAxes& call : calls) by_axes[call.request.axes()].push_back(&call);
  const std::size_t all = by_axes.size();
  std::erase_if(by_axes,
                [&](const auto& of_one_number) { return explains(probe, truth, of_one_number.second, as_it_is); });
  if (by_axes.empty()) return std::nullopt;
  std::vector<AxisFault> found;
  for (const Slip& slip : slips) {
    const auto by_this = [&](const auto& of_one_number) {
      return explains(probe, truth, of_one_number.second, slip.map);
    };
    if (std::all_of(by_axes.begin(), by_axes.end(), by_this)) found.push_back({slip.id, slip.sentence});
  }
  if (found.size() == 1 && by_axes.size() < all) {
    std::vector<std::size_t> numbers;
    for (const auto& of_one_number : by_axes) numbers.push_back(of_one_number.first);
    found.front().sentence += fmt::format(", with {} axes", fmt::join(numbers, " or "));
  }
  std::vector<std::string> merged;
  bool first_alone_each_time = true;
  for (const auto& [axes, of_one_number] : by_axes) {
    const std::vector<Taken> explaining = merges_that_explain(probe, truth, of_one_number, axes);
    if (explaining.size() > 1) return std::nullopt;
    if (explaining.empty()) break;
    merged.push_back(words_of(explaining.front()));
    first_alone_each_time = first_alone_each_time && takes_the_first_alone(explaining.front());
  }
  // The first axis for every pair, whatever their number, has a name of its own.
  if (merged.size() == by_axes.size() && !first_alone_each_time) {
    found.push_back({"two-axes-as-one", fmt::format("{}", fmt::join(merged, ", and "))});
  }
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

}  // namespace rope::conformance
