// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Shares of the pairs are those of the published models: Qwen2-VL 16, 24, 24 of 64, Qwen3-VL 24, 20, 20 of 64, halves,
// and Wan's thirds. Formulas and sources: reference/position_axes.cpp, reference/axial_scheme.cpp.
#include "conformance/checks/axis_maps.hpp"

#include <utility>

#include "reference/axial_scheme.hpp"
#include "reference/exact.hpp"

namespace rope::conformance {
namespace {

// What vision towers have, all but Gemma 4's.
constexpr double vision_theta = 10000;

void add_dealt(std::vector<AxisMap>& out, std::string name, const PositionAxes& axes, int pairs) {
  if (axes_problem(axes, pairs)) return;
  out.push_back({std::move(name), axes.sections.size(), axis_of_each_pair(axes, pairs)});
}

/// With its own frequencies, whatever the spec's are.
void add_scheme(std::vector<AxisMap>& out, std::string name, const AxialScheme& scheme) {
  std::vector<Exact> exact;
  for (const AxialBand& band : scheme.bands) exact.emplace_back(band.one_axis);
  AxisMap map{std::move(name), scheme.axes.size(), {}};
  for (const AxialPair& pair : scheme.pairs) {
    map.of_pair.push_back(static_cast<std::uint32_t>(pair.axis));
    map.inv_freq.push_back(exact[static_cast<std::size_t>(pair.axis)].inv_freq(pair.pair).hi);
  }
  out.push_back(std::move(map));
}

}  // namespace

std::vector<AxisMap> dealt_axis_maps(const Spec& spec) {
  const int n = spec.pairs();
  std::vector<AxisMap> out;
  if (spec.axes) add_dealt(out, "the model's own axes", *spec.axes, n);
  const int quarter = n / 4;
  const int height = (n - quarter) / 2;
  add_dealt(out, "Qwen2-VL's bands", {AxisOrder::sections, {quarter, height, n - quarter - height}}, n);
  const int turns = 5 * n / 16;
  add_dealt(out, "Qwen3-VL's turns", {AxisOrder::interleaved, {n - 2 * turns, turns, turns}}, n);
  add_dealt(out, "even and odd pairs", {AxisOrder::interleaved, {n - n / 2, n / 2}}, n);
  add_dealt(out, "two halves", {AxisOrder::sections, {n - n / 2, n / 2}}, n);
  const int third = n / 3;
  add_dealt(out, "Wan's thirds", {AxisOrder::sections, {n - 2 * third, third, third}}, n);
  return out;
}

std::vector<AxisMap> axis_maps(const Spec& spec) {
  const int n = spec.pairs();
  std::vector<AxisMap> out = dealt_axis_maps(spec);
  // Their frequencies are of whole heads.
  if (n % 2 == 0) {
    add_scheme(out, "Qwen ViT", qwen_vision_scheme(spec.rotary_dim, vision_theta));
    add_scheme(out, "Pixtral", pixtral_scheme(spec.rotary_dim, vision_theta));
  }
  if (n >= 3) add_scheme(out, "Wan", wan_scheme(spec.rotary_dim, vision_theta));
  return out;
}

}  // namespace rope::conformance
