// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The C library's sincos in binary64: frequency, angle and result each rounded, nothing certified.
#include <math.h>

#include "reference/bench/method.hpp"
#include "reference/exact.hpp"

namespace rope::bench {

void add_glibc(const Request& request, int threads, Outputs& out, Methods& methods) {
  const Exact exact(table_spec());
  std::vector<double> inv_freq;
  for (std::size_t i = 0; i < pairs; ++i) inv_freq.push_back(exact.inv_freq(static_cast<int>(i)).hi);
  methods.all.push_back(baseline("glibc-sincos", "glibc sincos, binary64", std::size_t{1} << 17, request, threads, out,
                                 [inv_freq](std::span<const std::int64_t> positions, float* cos, float* sin) {
                                   for (const std::int64_t p : positions) {
                                     for (const double w : inv_freq) {
                                       double s = 0;
                                       double c = 0;
                                       ::sincos(static_cast<double>(p) * w, &s, &c);
                                       *cos++ = static_cast<float>(c);
                                       *sin++ = static_cast<float>(s);
                                     }
                                   }
                                 }));
}

}  // namespace rope::bench
