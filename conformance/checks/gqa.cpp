// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// gqa: however many heads q and k have, each head is rotated as the same row is in a plain call, and k as q is.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/largest_calls.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t tokens = 3;
// q and k: one head of k for all, equal numbers, no divisor of each other, one of each, groups of two, q alone; and as
// many as large models have.
constexpr std::array<std::pair<int, int>, 12> head_counts{{{8, 1},
                                                           {3, 1},
                                                           {5, 5},
                                                           {7, 2},
                                                           {1, 1},
                                                           {6, 3},
                                                           {2, 5},
                                                           {6, 0},
                                                           {32, 8},
                                                           {64, 8},
                                                           {71, 1},
                                                           {most_heads, most_heads}}};

/// The heads of q and then those of k, as q.
Tokens all_as_q(const Probe& probe, const Tokens& in) {
  Tokens out;
  out.positions = in.positions;
  out.q_heads = in.q_heads + in.k_heads;
  out.k_heads = 0;
  const auto each = static_cast<std::ptrdiff_t>(probe.fixture.spec.head_dim);
  for (std::size_t token = 0; token < in.count(); ++token) {
    const auto take = [&](const std::vector<std::uint32_t>& tensor, int heads) {
      const auto begin = tensor.begin() + static_cast<std::ptrdiff_t>(token) * heads * each;
      out.q.insert(out.q.end(), begin, begin + heads * each);
    };
    take(in.q, in.q_heads);
    take(in.k, in.k_heads);
  }
  return out;
}

/// `count` heads from `first` on of a tensor with `heads`.
std::vector<std::uint32_t> some_heads(const Probe& probe, const std::vector<std::uint32_t>& tensor, int heads,
                                      int first, int count) {
  const auto each = static_cast<std::size_t>(probe.fixture.spec.head_dim);
  std::vector<std::uint32_t> out;
  for (std::size_t at = 0; at < tensor.size(); ++at) {
    const int head = static_cast<int>(at / each) % heads;
    if (head >= first && head < first + count) out.push_back(tensor[at]);
  }
  return out;
}

/// Rows of q, a few heads at a time as q of plain calls.
std::optional<Tokens> a_few_at_a_time(const Probe& probe, Inquiry& inquiry, const Tokens& in) {
  Tokens out = in;
  const auto each = static_cast<std::ptrdiff_t>(probe.fixture.spec.head_dim);
  for (int first = 0; first < in.q_heads; first += property_q_heads) {
    const int count = std::min(property_q_heads, in.q_heads - first);
    Tokens some = random_tokens(probe, "gqa/others", in.positions);
    // Heads past the last one keep random rows; nothing is read from them.
    for (std::size_t token = 0; token < in.count(); ++token) {
      const auto from = static_cast<std::ptrdiff_t>(token) * in.q_heads + first;
      std::copy_n(in.q.begin() + from * each, count * each,
                  some.q.begin() + static_cast<std::ptrdiff_t>(token) * property_q_heads * each);
    }
    const auto rotated = inquiry.plain(some);
    if (!rotated) return std::nullopt;
    for (std::size_t token = 0; token < in.count(); ++token) {
      const auto to = static_cast<std::ptrdiff_t>(token) * in.q_heads + first;
      std::copy_n(rotated->q.begin() + static_cast<std::ptrdiff_t>(token) * property_q_heads * each, count * each,
                  out.q.begin() + to * each);
    }
  }
  return out;
}

}  // namespace

reports::Case gqa(const Probe& probe) {
  Inquiry inquiry(probe, "gqa");
  for (const auto& [q_heads, k_heads] : head_counts) {
    const Tokens in = random_tokens(probe, "gqa", run_positions(probe, 1, tokens), q_heads, k_heads);
    const auto expected = a_few_at_a_time(probe, inquiry, all_as_q(probe, in));
    if (!expected) continue;
    const std::string what = k_heads == 0 ? fmt::format("{} heads of q alone", q_heads)
                                          : fmt::format("{} heads of q, {} of k", q_heads, k_heads);
    const auto got = inquiry.ask(in, request_for(probe, in), what);
    if (!got) continue;
    Tokens wanted = in;
    wanted.q = some_heads(probe, expected->q, expected->q_heads, 0, q_heads);
    wanted.k = some_heads(probe, expected->q, expected->q_heads, q_heads, k_heads);
    inquiry.same(in, wanted, *got, what);
  }
  return inquiry.result("the number of heads changes the values, or k is not rotated as q is");
}

}  // namespace rope::conformance
