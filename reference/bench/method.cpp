// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What all baselines share: rows dealt out to threads, results in fp32.
#include "reference/bench/method.hpp"

#include <algorithm>
#include <utility>

namespace rope::bench {

Method baseline(std::string id, std::string title, std::size_t rows, const Request& request, int threads, Outputs& out,
                Rows compute) {
  Method method;
  method.id = std::move(id);
  method.title = std::move(title);
  method.rows = std::min(rows, static_cast<std::size_t>(request.positions));
  method.stores_fp32 = true;
  method.run = [threads, &out, compute = std::move(compute)](std::span<const std::int64_t> positions) {
    in_parts(threads, positions.size(), [&](std::size_t from, std::size_t n) {
      compute(positions.subspan(from, n), &out.cos[from * pairs], &out.sin[from * pairs]);
    });
  };
  return method;
}

}  // namespace rope::bench
