// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Parts go to OpenMP's threads, as those of an implementation do.
#include "conformance/bench/memory.hpp"

#include <algorithm>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rope::bench::kernels {
namespace {

constexpr std::size_t line = 64;
/// Starting a thread and waiting for it takes longer than copying less.
constexpr std::size_t worth_a_thread = std::size_t{1} << 20;

template <class Copy>
void in_parts(std::size_t bytes, int threads, Copy copy) {
  const std::size_t lines = bytes / line;
  const std::size_t parts = std::clamp<std::size_t>(bytes / worth_a_thread, 1, static_cast<std::size_t>(threads));
  const auto part = [&](std::size_t t) {
    const std::size_t from = lines * t / parts * line, to = t + 1 == parts ? bytes : lines * (t + 1) / parts * line;
    copy(from, to - from);
  };
  if (parts == 1) return part(0);
  const int team = static_cast<int>(parts);
#pragma omp parallel for num_threads(team) schedule(static, 1)
  for (int t = 0; t < team; ++t) part(static_cast<std::size_t>(t));
}

#ifdef __SSE2__
void stream(const char* from, char* to, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; i += line) {
    __m128i words[line / sizeof(__m128i)];
    std::memcpy(words, from + i, sizeof words);
    for (std::size_t j = 0; j < line / sizeof(__m128i); ++j) {
      _mm_stream_si128(reinterpret_cast<__m128i*>(to + i) + j, words[j]);
    }
  }
  _mm_sfence();
}
#endif

}  // namespace

void plain_copy(const char* from, char* to, std::size_t bytes, int threads) {
  in_parts(bytes, threads, [&](std::size_t at, std::size_t n) { std::memcpy(to + at, from + at, n); });
}

bool has_stream_copy() {
#ifdef __SSE2__
  return true;
#else
  return false;
#endif
}

void stream_copy(const char* from, char* to, std::size_t bytes, int threads) {
#ifdef __SSE2__
  in_parts(bytes, threads, [&](std::size_t at, std::size_t n) { stream(from + at, to + at, n); });
#else
  plain_copy(from, to, bytes, threads);
#endif
}

}  // namespace rope::bench::kernels
