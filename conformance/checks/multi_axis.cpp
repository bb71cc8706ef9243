// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// multi-axis: tokens of text, pictures and films at positions of their own on each axis, with the axes that models
// have, held against the certified truth; and what an axis does to the pairs of another: nothing.
#include <algorithm>
#include <cstddef>
#include <optional>

#include "conformance/checks/axis_fault.hpp"
#include "conformance/checks/axis_maps.hpp"
#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/same_rows.hpp"
#include "conformance/checks/shorter_model.hpp"
#include "fixtures/random.hpp"
#include "rope_impl.h"

namespace rope::conformance {
namespace {

constexpr int rows = 2;
constexpr std::int64_t row_tokens = 16;
constexpr std::int64_t all_tokens = rows * row_tokens;
constexpr std::size_t most_axes = 4;  // axes_problem

using Positions = std::vector<std::int64_t>;  ///< [axes][rows][row_tokens]

/// Where token n of a row stands that begins at `first`. With three axes as Qwen2-VL counts: two tokens of text, two
/// frames of two by three patches, and text again behind the largest position; a fourth axis, which no model has a
/// meaning for, counts the patches four by four. With two, a picture of two by eight.
std::int64_t in_a_picture(std::size_t axes, std::size_t axis, std::int64_t first, std::int64_t n) {
  if (axes == 2) return first + (axis == 0 ? n / 8 : n % 8);
  if (n < 2) return first + n;
  const std::int64_t patch = n - 2;
  if (patch >= 12) return first + 5 + (patch - 12);
  const std::int64_t places[most_axes] = {patch / 6, patch / 3 % 2, patch % 3, patch % 4};
  return first + 2 + places[axis];
}

/// One row from position 0, one up to the last.
Positions pictures(std::size_t axes, std::int64_t limit) {
  constexpr std::int64_t extent = 8;
  Positions out;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    for (const std::int64_t first : {std::int64_t{0}, limit - extent}) {
      for (std::int64_t n = 0; n < row_tokens; ++n) out.push_back(in_a_picture(axes, axis, first, n));
    }
  }
  return out;
}

/// Another draw for each `axis`; both ends of the range are on each.
Positions anywhere(const Probe& probe, std::size_t axis, std::uint64_t draw) {
  const auto limit = static_cast<std::uint64_t>(probe.fixture.spec.max_position);
  Positions out;
  for (std::int64_t n = 0; n < all_tokens; ++n) {
    const std::uint64_t index = (draw * 8 + axis) * all_tokens + static_cast<std::uint64_t>(n);
    const std::uint64_t random =
        fixtures::random_bits(probe.fixture.seed, fixtures::stream("multi-axis positions"), index);
    out.push_back(static_cast<std::int64_t>(random % limit));
  }
  out[axis] = static_cast<std::int64_t>(limit) - 1;
  out[axis + 8] = 0;
  return out;
}

Positions anywhere_on_each(const Probe& probe, std::size_t axes) {
  Positions out;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const Positions one = anywhere(probe, axis, 0);
    out.insert(out.end(), one.begin(), one.end());
  }
  return out;
}

class MultiAxis {
 public:
  MultiAxis(const Probe& probe, Inquiry& inquiry)
      : probe_(probe),
        inquiry_(inquiry),
        truth_(probe.fixture.spec, probe.dtype, probe.judge.contract()),
        in_(random_tokens(probe, "multi-axis", run_positions(probe, rows, row_tokens))) {}

  /// With the spec's frequencies.
  void ask(const AxisMap& map) {
    together(map);
    held_against(truth_, request_of(map, pictures(map.axes, probe_.fixture.spec.max_position)),
                 map.name + ", pictures");
    RotateRequest random = request_of(map, anywhere_on_each(probe_, map.axes));
    if (const auto answer = held_against(truth_, random, map.name + ", any positions")) {
      calls_.push_back({random, *answer});
      for (std::size_t axis = 0; axis < map.axes && !inquiry_.over(); ++axis) one_changed(map, axis, random, *answer);
    }
    random.direction = Direction::backward;
    held_against(truth_, random, map.name + ", any positions, backward");
  }

  /// With the scheme's own, which are given as numbers, and are exact as such.
  void ask_with_its_frequencies(const AxisMap& map) {
    RotateRequest request = request_of(map, pictures(map.axes, probe_.fixture.spec.max_position));
    request.spec.family = GivenFamily{map.inv_freq};
    request.spec.theta = 0;
    request.spec.attention_factor = 1;
    const Truth truth(request.spec, probe_.dtype, probe_.judge.contract());
    held_against(truth, request, map.name + " with its frequencies, pictures");
    request.positions = anywhere_on_each(probe_, map.axes);
    held_against(truth, request, map.name + " with its frequencies, any positions");
  }

  std::optional<AxisFault> fault() const { return name_axis_fault(probe_, truth_, calls_); }

 private:
  RotateRequest request_of(const AxisMap& map, Positions positions) const {
    RotateRequest request = request_for(probe_, in_, rows);
    request.pair_axis = map.of_pair;
    request.positions = std::move(positions);
    return request;
  }

  std::optional<RotateAnswer> held_against(const Truth& truth, const RotateRequest& request, const std::string& what) {
    auto answer = inquiry_.answer(request, what);
    if (!answer) return std::nullopt;
    if (const auto reason = too_coarse(*answer)) {
      inquiry_.refused(what, *reason);
      return std::nullopt;
    }
    add_true(inquiry_.deviations(), truth, request, *answer, what);
    return answer;
  }

  /// Text: one position on all axes is a plain call.
  void together(const AxisMap& map) {
    if (!plain_) plain_ = inquiry_.plain(in_, rows);
    if (!plain_) return;
    Positions positions;
    for (std::size_t axis = 0; axis < map.axes; ++axis) {
      positions.insert(positions.end(), in_.positions.begin(), in_.positions.end());
    }
    const std::string what = map.name + ", text";
    if (const auto got = inquiry_.ask(in_, request_of(map, positions), what)) inquiry_.same(in_, *plain_, *got, what);
  }

  /// Pairs of the other axes must not see it.
  void one_changed(const AxisMap& map, std::size_t changed, RotateRequest request, const RotateAnswer& before) {
    const Tokens was = outputs_of(probe_, in_, request, before);
    const Positions others = anywhere(probe_, changed, 1);
    std::copy(others.begin(), others.end(),
              request.positions.begin() + static_cast<std::ptrdiff_t>(changed * all_tokens));
    const std::string what = map.name + (changed == 0 ? ", the first axis elsewhere" : ", another axis elsewhere");
    const auto after = held_against(truth_, request, what);
    if (!after) return;
    const auto expected = rows_of(probe_, was).values;
    const auto got = rows_of(probe_, outputs_of(probe_, in_, request, *after)).values;
    const std::size_t pairs = probe_.fixture.pairs();
    for (std::size_t axis = 0; axis < map.axes; ++axis) {
      if (axis == changed) continue;
      const auto begin = request.positions.begin() + static_cast<std::ptrdiff_t>(axis * all_tokens);
      const Rows asked = rows_of(probe_, at_positions(in_, {begin, begin + all_tokens}));
      for (std::size_t n = 0; n < asked.positions.size() * pairs; ++n) {
        if (map.of_pair[n % pairs] != axis) continue;
        add_same_pair(inquiry_.deviations(), probe_, asked, n, expected, got, Bits::compared, what);
      }
    }
  }

  const Probe& probe_;
  Inquiry& inquiry_;
  Truth truth_;
  Tokens in_;
  std::optional<Tokens> plain_;
  std::vector<AskedAxes> calls_;
};

}  // namespace

reports::Case multi_axis(const Probe& of_the_model) {
  const ShorterModel shorter(of_the_model, affordable_positions(of_the_model));
  const Probe& probe = shorter.probe();
  Inquiry inquiry(probe, "multi-axis");
  constexpr std::uint64_t several = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_AXES);
  if (probe.description != nullptr && (probe.description->position_kinds & several) == 0) {
    inquiry.refused("several position axes", probe.description->name + " does not claim them");
    return inquiry.result("");
  }
  MultiAxis check(probe, inquiry);
  for (const AxisMap& map : axis_maps(probe.fixture.spec)) {
    if (inquiry.over()) break;
    map.inv_freq.empty() ? check.ask(map) : check.ask_with_its_frequencies(map);
  }
  reports::Case out = inquiry.result("a pair is not rotated by the position of its axis");
  if (out.verdict == reports::Verdict::fail && !inquiry.over()) {
    if (const auto fault = check.fault()) out.message += "; as if " + fault->sentence + " (" + fault->id + ")";
  }
  return out;
}

}  // namespace rope::conformance
