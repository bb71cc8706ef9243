// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Parts go to std::threads that live as long as one measurement: starting one costs some 20 us, and is counted.
#include "reference/bench/work.hpp"

#include <mpfr.h>

#include <algorithm>
#include <exception>
#include <thread>

namespace rope::bench {

Spec table_spec() {
  Spec spec;
  spec.head_dim = head_dim;
  spec.rotary_dim = head_dim;
  spec.theta = base;
  spec.family = DefaultFamily{};
  spec.max_position = std::int64_t{1} << 24;
  return spec;
}

std::vector<std::int64_t> sampled_positions(std::int64_t positions, std::size_t count, int round, int rounds) {
  std::vector<std::int64_t> out;
  out.reserve(count);
  const auto n = static_cast<std::int64_t>(count);
  for (std::int64_t k = 0; k < n; ++k) {
    const std::int64_t begin = k * positions / n;
    const std::int64_t length = (k + 1) * positions / n - begin;
    out.push_back(begin + length * round / rounds);
  }
  return out;
}

void in_parts(int threads, std::size_t rows, const std::function<void(std::size_t, std::size_t)>& part) {
  const std::size_t n = std::min(static_cast<std::size_t>(threads), rows);
  if (n <= 1) {
    part(0, rows);
    return;
  }
  std::vector<std::exception_ptr> failed(n);
  const auto run = [&](std::size_t t) {
    try {
      const std::size_t from = t * rows / n;
      part(from, (t + 1) * rows / n - from);
    } catch (...) {
      failed[t] = std::current_exception();
    }
  };
  {
    std::vector<std::thread> others;
    for (std::size_t t = 1; t < n; ++t) {
      others.emplace_back([&run, t] {
        run(t);
        mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE);  // MPFR keeps pi and others for each thread, and frees them for none
      });
    }
    run(0);
    for (std::thread& other : others) other.join();
  }
  for (const std::exception_ptr& failure : failed) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace rope::bench
