// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// strides: where the elements of a tensor lie in memory changes no output, each kind of stride by itself.
// That nothing is written into the gaps is for the driver's canaries (R6).
#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

constexpr int rows = 2;
constexpr std::int64_t row_tokens = 5;

}  // namespace

reports::Case strides(const Probe& probe) {
  Inquiry inquiry(probe, "strides");
  const Tokens different = random_tokens(probe, "strides", run_positions(probe, rows, row_tokens));
  // Where all rows are the first one's, positions may still differ.
  Tokens equal = slice(different, 0, row_tokens);
  append(equal, equal);
  equal.positions = different.positions;
  const auto ask = [&](const Tokens& in, Strides strides, bool in_place) {
    const auto expected = inquiry.plain(in, rows);
    if (!expected) return;
    RotateRequest request = request_for(probe, in, rows);
    request.arrangement.strides = strides;
    request.arrangement.in_place = in_place;
    const std::string what = std::string(name(strides)) + (in_place ? ", in place" : "");
    if (const auto got = inquiry.ask(in, request, what)) inquiry.same(in, *expected, *got, what);
  };
  for (Strides one : {Strides::padded, Strides::odd, Strides::spread, Strides::reversed}) ask(different, one, false);
  ask(equal, Strides::broadcast, false);
  ask(different, Strides::padded, true);
  return inquiry.result("strides change the values");
}

}  // namespace rope::conformance
