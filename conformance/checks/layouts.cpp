// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// layouts: the order of the axes in memory changes no output. Every layout is asked for two rows, so that what has a
// single layout is driven with a batch, too.
#include <array>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

constexpr int rows = 2;

struct Shape {
  std::int64_t tokens;
  int q_heads, k_heads;
};
// Axes of different lengths, so that none can stand for another; odd ones fill no vector and no block.
constexpr std::array<Shape, 2> shapes{{{3, property_q_heads, property_k_heads}, {7, 5, 3}}};

}  // namespace

reports::Case layouts(const Probe& probe) {
  Inquiry inquiry(probe, "layouts");
  for (const Shape& shape : shapes) {
    const Tokens in =
        random_tokens(probe, "layouts", run_positions(probe, rows, shape.tokens), shape.q_heads, shape.k_heads);
    const auto tokens = static_cast<std::size_t>(shape.tokens);
    std::optional<Tokens> expected(std::in_place);
    for (std::size_t row = 0; row < rows && expected; ++row) {
      const auto alone = inquiry.plain(slice(in, row * tokens, tokens));
      if (alone) append(*expected, *alone);
      if (!alone) expected.reset();
    }
    if (!expected) continue;
    for (Layout layout : {Layout::bshd, Layout::bhsd, Layout::sbhd, Layout::thd}) {
      // Packed, the tokens of both rows are one row with a position for each.
      RotateRequest request = request_for(probe, in, layout == Layout::thd ? 1 : rows);
      request.arrangement.layout = layout;
      const std::string what(name(layout));
      if (const auto got = inquiry.ask(in, request, what)) inquiry.same(in, *expected, *got, what);
    }
  }
  // A call without tokens is legal and does nothing.
  const Tokens none = random_tokens(probe, "layouts", {}, property_q_heads, property_k_heads);
  inquiry.answer(request_for(probe, none), "no tokens");
  return inquiry.result("the layout changes the values");
}

}  // namespace rope::conformance
