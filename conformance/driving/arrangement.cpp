// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Words for reports.
#include "conformance/driving/arrangement.hpp"

#include <array>
#include <cstddef>

namespace rope::conformance {

std::string_view name(Layout layout) {
  constexpr std::array<std::string_view, 5> names{"any layout", "bshd", "bhsd", "sbhd", "thd"};
  return names[static_cast<std::size_t>(layout)];
}

std::string_view name(Strides strides) {
  constexpr std::array<std::string_view, 6> names{"dense", "padded", "spread", "reversed", "broadcast", "odd gaps"};
  return names[static_cast<std::size_t>(strides)];
}

std::string_view name(PositionsAs positions) {
  constexpr std::array<std::string_view, 11> names{
      "any positions",           "int64 positions",      "int32 positions",
      "strided positions",       "shared positions",     "an offset",
      "offsets by row",          "int32 offsets by row", "a row for each token",
      "a sequence for each run", "a call for each run"};
  return names[static_cast<std::size_t>(positions)];
}

std::string_view name(AngleSource source) {
  constexpr std::array<std::string_view, 5> names{"any angles", "parametric", "inv_freq", "angles", "tables"};
  return names[static_cast<std::size_t>(source)];
}

std::string words(const Arrangement& arrangement) {
  std::string out;
  const auto add = [&](std::string_view word) {
    if (!out.empty()) out += ", ";
    out += word;
  };
  const SuppliedForm& form = arrangement.form;
  if (arrangement.layout != Layout::any) add(name(arrangement.layout));
  if (arrangement.strides != Strides::dense) add(name(arrangement.strides));
  if (arrangement.positions != PositionsAs::any) add(name(arrangement.positions));
  if (arrangement.source != AngleSource::any) {
    std::string source(name(arrangement.source));
    if (form.dtype) source.append(" ").append(name(*form.dtype));
    if (form.joined) source += *form.joined ? " joined" : " split";
    if (form.full_width) source += *form.full_width ? " full width" : " half width";
    if (form.padded_rows) source += " padded rows";
    if (form.uneven_halves) source += " uneven halves";
    add(source);
  }
  if (arrangement.in_place) add("in place");
  if (arrangement.own_stream) add("own stream");
  return out.empty() ? "plain" : out;
}

}  // namespace rope::conformance
