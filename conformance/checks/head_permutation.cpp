// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// head-permutation: heads in another order give the same outputs in that order: none takes anything from another.
#include <algorithm>
#include <functional>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t tokens = 6;

/// head -> the head whose row it takes.
using Order = std::function<int(int head, int heads)>;

std::vector<std::uint32_t> reordered(const Probe& probe, const std::vector<std::uint32_t>& tensor, int heads,
                                     const Order& order) {
  const auto each = static_cast<std::size_t>(probe.fixture.spec.head_dim);
  std::vector<std::uint32_t> out(tensor.size());
  for (std::size_t at = 0; at < tensor.size(); ++at) {
    const std::size_t row = at / each;
    const int head = static_cast<int>(row % static_cast<std::size_t>(heads));
    const std::size_t from = row - static_cast<std::size_t>(head) + static_cast<std::size_t>(order(head, heads));
    out[at] = tensor[from * each + at % each];
  }
  return out;
}

Tokens reordered(const Probe& probe, Tokens tokens_in, const Order& order) {
  tokens_in.q = reordered(probe, tokens_in.q, tokens_in.q_heads, order);
  tokens_in.k = reordered(probe, tokens_in.k, tokens_in.k_heads, order);
  return tokens_in;
}

}  // namespace

reports::Case head_permutation(const Probe& probe) {
  Inquiry inquiry(probe, "head-permutation");
  const Tokens in = random_tokens(probe, "head-permutation", any_positions(probe, 1, tokens));
  const auto before = inquiry.plain(in);
  if (!before) return inquiry.result("");
  const auto ask = [&](const char* what, const Order& order) {
    const Tokens moved = reordered(probe, in, order);
    const auto got = inquiry.ask(moved, request_for(probe, moved), what);
    if (got) inquiry.same(moved, reordered(probe, *before, order), *got, what);
  };
  ask("heads in falling order", [](int head, int heads) { return heads - 1 - head; });
  ask("heads moved on by one", [](int head, int heads) { return (head + 1) % heads; });
  return inquiry.result("a head takes from another one");
}

}  // namespace rope::conformance
