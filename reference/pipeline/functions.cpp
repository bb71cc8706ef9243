// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// MPFR's functions cut off after 64 bits, with the knowledge whether anything was cut off, hold all that one correct
// rounding to a narrower format needs (subnormal results included, without touching MPFR's exponent range).
#include "reference/pipeline/functions.hpp"

#include <mpfr.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "reference/encoding.hpp"
#include "reference/mpfr_constants.hpp"
#include "reference/rounding.hpp"

namespace rope::pipeline {
namespace {

constexpr mpfr_prec_t leading_bits = 64;

class Number {
 public:
  explicit Number(mpfr_prec_t precision) { mpfr_init2(x_, precision); }
  explicit Number(double value) : Number(mpfr_prec_t{53}) { mpfr_set_d(x_, value, MPFR_RNDN); }
  ~Number() { mpfr_clear(x_); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  mpfr_ptr get() { return x_; }

 private:
  mpfr_t x_;
};

/// `evaluate(result)` calls one function of MPFR, rounding towards zero, and returns what it returned.
template <class Evaluate>
double correctly_rounded(DType format, const Evaluate& evaluate) {
  release_constants_at_thread_exit();
  Number result(leading_bits);
  const int inexact = evaluate(result.get());
  Leading64 leading = leading64(result.get());
  leading.tail = leading.tail || inexact != 0;
  return to_double(format, encode(format, leading));
}

float single(double x) {
  return static_cast<float>(x);
}

}  // namespace

bool has_glibc() {
#ifdef __GLIBC__
  return true;
#else
  return false;
#endif
}

double power(Library library, DType format, double base, double exponent) {
  if (library == Library::glibc) {
    return format == DType::f64 ? std::pow(base, exponent)
                                : static_cast<double>(std::pow(single(base), single(exponent)));
  }
  Number b(base), e(exponent);
  return correctly_rounded(format, [&](mpfr_ptr r) { return mpfr_pow(r, b.get(), e.get(), MPFR_RNDZ); });
}

double exponential(Library library, DType format, double x) {
  if (library == Library::glibc) {
    return format == DType::f64 ? std::exp(x) : static_cast<double>(std::exp(single(x)));
  }
  Number n(x);
  return correctly_rounded(format, [&](mpfr_ptr r) { return mpfr_exp(r, n.get(), MPFR_RNDZ); });
}

double exponential2(Library library, DType format, double x) {
  if (library == Library::glibc) {
    return format == DType::f64 ? std::exp2(x) : static_cast<double>(std::exp2(single(x)));
  }
  Number n(x);
  return correctly_rounded(format, [&](mpfr_ptr r) { return mpfr_exp2(r, n.get(), MPFR_RNDZ); });
}

double logarithm(Library library, DType format, double x) {
  if (library == Library::glibc) {
    return format == DType::f64 ? std::log(x) : static_cast<double>(std::log(single(x)));
  }
  Number n(x);
  return correctly_rounded(format, [&](mpfr_ptr r) { return mpfr_log(r, n.get(), MPFR_RNDZ); });
}

double logarithm2(Library library, DType format, double x) {
  if (library == Library::glibc) {
    return format == DType::f64 ? std::log2(x) : static_cast<double>(std::log2(single(x)));
  }
  Number n(x);
  return correctly_rounded(format, [&](mpfr_ptr r) { return mpfr_log2(r, n.get(), MPFR_RNDZ); });
}

CosSin cos_sin(Library library, DType format, double angle) {
  if (library == Library::glibc) {
    if (format == DType::f64) return {std::cos(angle), std::sin(angle)};
    return {round_to(format, static_cast<double>(std::cos(single(angle)))),
            round_to(format, static_cast<double>(std::sin(single(angle))))};
  }
  if (angle == 0) return {1, angle};
  if (!std::isfinite(angle)) return {std::nan(""), std::nan("")};
  Number n(angle);
  return {correctly_rounded(format, [&](mpfr_ptr r) { return mpfr_cos(r, n.get(), MPFR_RNDZ); }),
          correctly_rounded(format, [&](mpfr_ptr r) { return mpfr_sin(r, n.get(), MPFR_RNDZ); })};
}

}  // namespace rope::pipeline
