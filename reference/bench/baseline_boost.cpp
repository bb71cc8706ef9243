// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Boost.Multiprecision with 50 digits: the two types that users reach for first.
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/mpfr.hpp>
#include <vector>

#include "reference/bench/method.hpp"

namespace rope::bench {
namespace {

template <class Real>
Rows rows() {
  std::vector<Real> inv_freq;
  for (std::size_t i = 0; i < pairs; ++i) inv_freq.push_back(pow(Real(base), Real(exponent(i))));
  return [inv_freq](std::span<const std::int64_t> positions, float* out_cos, float* out_sin) {
    for (const std::int64_t p : positions) {
      for (const Real& w : inv_freq) {
        const Real angle = w * p;
        *out_cos++ = Real(cos(angle)).template convert_to<float>();
        *out_sin++ = Real(sin(angle)).template convert_to<float>();
      }
    }
  };
}

}  // namespace

void add_boost(const Request& request, int threads, Outputs& out, Methods& methods) {
  namespace mp = boost::multiprecision;
  methods.all.push_back(
      baseline("boost-mpfr-float-50", "Boost mpfr_float_50", 256, request, threads, out, rows<mp::mpfr_float_50>()));
  methods.all.push_back(baseline("boost-cpp-bin-float-50", "Boost cpp_bin_float_50", 128, request, threads, out,
                                 rows<mp::cpp_bin_float_50>()));
}

}  // namespace rope::bench
