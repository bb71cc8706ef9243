// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The traffic alone: what storing or reading a table costs when nothing is computed.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>

#include "reference/bench/method.hpp"

namespace rope::bench {
namespace {

/// Integer words, since a floating-point sum would have to keep its order and would wait for its own additions.
std::uint64_t sum_of(const float* values, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 2 <= count; i += 2) {
    std::uint64_t word = 0;
    std::memcpy(&word, values + i, sizeof word);
    sum += word;
  }
  return sum;
}

Method memory(std::string id, std::string title, std::size_t rows) {
  Method method;
  method.id = std::move(id);
  method.title = std::move(title);
  method.kind = Kind::memory;
  method.rows = rows;
  return method;
}

}  // namespace

std::uint64_t plain_read(std::span<const float> cos, std::span<const float> sin, int threads) {
  std::atomic<std::uint64_t> sum{0};
  in_parts(threads, cos.size() / pairs, [&](std::size_t from, std::size_t n) {
    sum += sum_of(&cos[from * pairs], n * pairs) + sum_of(&sin[from * pairs], n * pairs);
  });
  return sum;
}

void add_memory_methods(const Request& request, int threads, Outputs& out, const Truth& truth, Methods& methods) {
  const auto rows = static_cast<std::size_t>(request.positions);
  Method store = memory("plain-store", "plain store of the same bytes", rows);
  auto value = std::make_shared<float>(0);
  store.run = [=, &out](std::span<const std::int64_t>) {
    *value += 1;  // unknown when this is compiled: not a call of memset, whose stores are of another kind
    in_parts(threads, rows, [&](std::size_t from, std::size_t n) {
      std::fill_n(&out.cos[from * pairs], n * pairs, *value);
      std::fill_n(&out.sin[from * pairs], n * pairs, *value);
    });
  };
  methods.all.push_back(std::move(store));

  Method read = memory("plain-read", "plain read of the same bytes", rows);
  auto sum = std::make_shared<std::uint64_t>(0);
  read.run = [=, &truth](std::span<const std::int64_t>) {
    const volatile std::uint64_t seen = plain_read(truth.cos, truth.sin, threads);
    *sum = seen;
  };
  methods.all.push_back(std::move(read));
}

}  // namespace rope::bench
