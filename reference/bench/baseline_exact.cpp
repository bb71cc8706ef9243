// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// This project's own plain reading of the mathematics, which the table must agree with: proved, and slow on purpose.
#include <bit>
#include <memory>

#include "reference/bench/method.hpp"
#include "reference/exact.hpp"

namespace rope::bench {

void add_exact(const Request& request, int threads, Outputs& out, Methods& methods) {
  const auto exact = std::make_shared<const Exact>(table_spec());
  Method method = baseline("exact", "Exact, the plain reference", 64, request, threads, out,
                           [=](std::span<const std::int64_t> positions, float* cos, float* sin) {
                             for (const std::int64_t p : positions) {
                               for (std::size_t i = 0; i < pairs; ++i) {
                                 const Exact::Trig trig = exact->trig(p, static_cast<int>(i));
                                 *cos++ = std::bit_cast<float>(trig.cos.bits[0]);
                                 *sin++ = std::bit_cast<float>(trig.sin.bits[0]);
                               }
                             }
                           });
  method.certified = true;
  methods.all.push_back(std::move(method));
}

}  // namespace rope::bench
