// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The traffic alone: what storing or reading a table costs when nothing is computed.
#include <atomic>
#include <cstring>
#include <memory>

#include "reference/bench/method.hpp"

namespace rope::bench {
namespace {

// A cache line at a time, with the widest registers there are: otherwise the table, which has them, would store faster
// than the plain store that it is compared with. Integer words are summed, since a floating-point sum would have to
// keep its order and would wait for its own additions.
using FloatLine [[gnu::vector_size(64)]] = float;
using WordLine [[gnu::vector_size(64)]] = std::uint64_t;
constexpr std::size_t floats_of_line = sizeof(FloatLine) / sizeof(float);
static_assert(pairs % (2 * floats_of_line) == 0);

[[gnu::always_inline]] inline void store_lines(float* to, std::size_t count, float value) {
  const FloatLine line = value - FloatLine{};
  for (std::size_t i = 0; i < count; i += floats_of_line) std::memcpy(to + i, &line, sizeof line);
}

[[gnu::always_inline]] inline std::uint64_t sum_lines(const float* from, std::size_t count) {
  WordLine even{};
  WordLine odd{};
  for (std::size_t i = 0; i < count; i += 2 * floats_of_line) {
    WordLine a;
    WordLine b;
    std::memcpy(&a, from + i, sizeof a);
    std::memcpy(&b, from + i + floats_of_line, sizeof b);
    even += a;
    odd += b;
  }
  even += odd;
  std::uint64_t sum = 0;
  for (std::size_t j = 0; j < sizeof even / sizeof sum; ++j) sum += even[j];
  return sum;
}

#ifdef __x86_64__
[[gnu::target("avx2")]] void store_v3(float* to, std::size_t count, float value) {
  store_lines(to, count, value);
}
[[gnu::target("avx512f")]] void store_v4(float* to, std::size_t count, float value) {
  store_lines(to, count, value);
}
[[gnu::target("avx2")]] std::uint64_t sum_v3(const float* from, std::size_t n) {
  return sum_lines(from, n);
}
[[gnu::target("avx512f")]] std::uint64_t sum_v4(const float* from, std::size_t n) {
  return sum_lines(from, n);
}
#endif

void store_value(float* to, std::size_t count, float value) {
#ifdef __x86_64__
  if (best_isa() == Isa::v4) return store_v4(to, count, value);
  if (best_isa() == Isa::v3) return store_v3(to, count, value);
#endif
  store_lines(to, count, value);
}

std::uint64_t sum_of(const float* from, std::size_t count) {
#ifdef __x86_64__
  if (best_isa() == Isa::v4) return sum_v4(from, count);
  if (best_isa() == Isa::v3) return sum_v3(from, count);
#endif
  return sum_lines(from, count);
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
      store_value(&out.cos[from * pairs], n * pairs, *value);
      store_value(&out.sin[from * pairs], n * pairs, *value);
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
