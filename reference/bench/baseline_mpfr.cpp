// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// MPFR's own interface, sin and cos in one call, at the precision of binary128 and at 256 bits.
#include <mpfr.h>

#include <memory>
#include <vector>

#include "reference/bench/method.hpp"

namespace rope::bench {
namespace {

class Number {
 public:
  explicit Number(mpfr_prec_t bits) { mpfr_init2(x_, bits); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  ~Number() { mpfr_clear(x_); }
  mpfr_ptr get() { return x_; }
  mpfr_srcptr get() const { return x_; }

 private:
  mpfr_t x_;
};

using Frequencies = std::vector<std::unique_ptr<Number>>;

Frequencies frequencies(mpfr_prec_t bits) {
  Frequencies out;
  for (std::size_t i = 0; i < pairs; ++i) {
    out.push_back(std::make_unique<Number>(bits));
    Number x(53);
    mpfr_set_d(x.get(), exponent(i), MPFR_RNDN);
    mpfr_ui_pow(out.back()->get(), base, x.get(), MPFR_RNDN);
  }
  return out;
}

}  // namespace

void add_mpfr(const Request& request, int threads, Outputs& out, Methods& methods) {
  const auto add = [&](const char* id, const char* title, mpfr_prec_t bits, std::size_t rows) {
    const auto inv_freq = std::make_shared<const Frequencies>(frequencies(bits));
    methods.all.push_back(baseline(id, title, rows, request, threads, out,
                                   [=](std::span<const std::int64_t> positions, float* cos, float* sin) {
                                     Number angle(bits);
                                     Number c(bits);
                                     Number s(bits);
                                     for (const std::int64_t p : positions) {
                                       for (const auto& w : *inv_freq) {
                                         mpfr_mul_si(angle.get(), w->get(), static_cast<long>(p), MPFR_RNDN);
                                         mpfr_sin_cos(s.get(), c.get(), angle.get(), MPFR_RNDN);
                                         *cos++ = mpfr_get_flt(c.get(), MPFR_RNDN);
                                         *sin++ = mpfr_get_flt(s.get(), MPFR_RNDN);
                                       }
                                     }
                                   }));
  };
  add("mpfr-113", "MPFR, 113 bits", 113, 512);
  add("mpfr-256", "MPFR, 256 bits", 256, 256);
}

}  // namespace rope::bench
