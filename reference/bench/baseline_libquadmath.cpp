// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// GCC's binary128: sincosq of libquadmath, which comes with the compiler.
#include "reference/bench/method.hpp"

#ifdef ROPE_CONFORM_QUADMATH
#include <quadmath.h>

namespace rope::bench {

void add_libquadmath(const Request& request, int threads, Outputs& out, Methods& methods) {
  __extension__ using Quad = __float128;
  std::vector<Quad> inv_freq;
  for (std::size_t i = 0; i < pairs; ++i) inv_freq.push_back(powq(base, exponent(i)));
  methods.all.push_back(baseline("libquadmath-sincosq", "libquadmath sincosq", 1024, request, threads, out,
                                 [inv_freq](std::span<const std::int64_t> positions, float* cos, float* sin) {
                                   for (const std::int64_t p : positions) {
                                     for (const Quad w : inv_freq) {
                                       Quad s = 0;
                                       Quad c = 0;
                                       sincosq(static_cast<Quad>(p) * w, &s, &c);
                                       *cos++ = static_cast<float>(c);
                                       *sin++ = static_cast<float>(s);
                                     }
                                   }
                                 }));
}

}  // namespace rope::bench

#else

namespace rope::bench {

void add_libquadmath(const Request&, int, Outputs&, Methods& methods) {
  methods.left_out.push_back({"libquadmath-sincosq", "built without GCC's quadmath.h"});
}

}  // namespace rope::bench

#endif
