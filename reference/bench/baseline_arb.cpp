// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Arb's balls at 113 bits, each rounded to fp32 with a test that all of the ball rounds alike.
#include "reference/bench/method.hpp"

#ifdef ROPE_CONFORM_ARB
#if __has_include(<flint/arb.h>)
#include <flint/arb.h>  // FLINT 3 holds Arb
#else
#include <arb.h>
#endif

#include <memory>
#include <stdexcept>
#include <thread>

namespace rope::bench {
namespace {

constexpr slong bits = 113;

class Ball {
 public:
  Ball() { arb_init(x_); }
  Ball(const Ball&) = delete;
  Ball& operator=(const Ball&) = delete;
  ~Ball() { arb_clear(x_); }
  arb_ptr get() { return x_; }
  arb_srcptr get() const { return x_; }

 private:
  arb_t x_;
};

using Frequencies = std::vector<std::unique_ptr<Ball>>;

Frequencies frequencies() {
  Frequencies out;
  for (std::size_t i = 0; i < pairs; ++i) {
    out.push_back(std::make_unique<Ball>());
    Ball theta;
    Ball x;
    arb_set_si(theta.get(), base);
    arb_set_d(x.get(), exponent(i));
    arb_pow(out.back()->get(), theta.get(), x.get(), bits);
  }
  return out;
}

float rounded_bound(const arf_t bound) {
  arf_t x;
  arf_init(x);
  arf_set_round(x, bound, 24, ARF_RND_NEAR);  // no value of the table is subnormal in fp32
  const double value = arf_get_d(x, ARF_RND_NEAR);
  arf_clear(x);
  return static_cast<float>(value);
}

/// Both ends of the ball, exactly.
float rounded_by_ends(const Ball& value) {
  arf_t low, high;
  arf_init(low);
  arf_init(high);
  arb_get_interval_arf(low, high, value.get(), 4 * bits);
  const float a = rounded_bound(low);
  const float b = rounded_bound(high);
  arf_clear(low);
  arf_clear(high);
  if (a != b) throw std::runtime_error("Arb at 113 bits leaves a value of the table open");
  return a;
}

/// |v| <= 1, so binary64 holds the midpoint to 2^-54; the two sums round to 2^-53 each. Where ±(radius + 2^-51)
/// decides, the ends need not be looked at.
float rounded(const Ball& value) {
  const double v = arf_get_d(arb_midref(value.get()), ARF_RND_NEAR);
  const double window = mag_get_d(arb_radref(value.get())) + 0x1p-51;
  const auto low = static_cast<float>(v - window);
  const auto high = static_cast<float>(v + window);
  return low == high && low != 0 ? low : rounded_by_ends(value);
}

}  // namespace

void add_arb(const Request& request, int threads, Outputs& out, Methods& methods) {
  const auto inv_freq = std::make_shared<const Frequencies>(frequencies());
  const std::thread::id home = std::this_thread::get_id();
  Method method = baseline("arb-113", "Arb, 113 bits", 2048, request, threads, out,
                           [=](std::span<const std::int64_t> positions, float* cos, float* sin) {
                             Ball angle;
                             Ball c;
                             Ball s;
                             for (const std::int64_t p : positions) {
                               for (const auto& w : *inv_freq) {
                                 arb_mul_si(angle.get(), w->get(), static_cast<slong>(p), bits);
                                 arb_sin_cos(s.get(), c.get(), angle.get(), bits);
                                 *cos++ = rounded(c);
                                 *sin++ = rounded(s);
                               }
                             }
                             // What FLINT keeps for a thread it frees only when told to.
                             if (std::this_thread::get_id() != home) flint_cleanup();
                           });
  method.certified = true;
  methods.all.push_back(std::move(method));
}

}  // namespace rope::bench

#else

namespace rope::bench {

void add_arb(const Request&, int, Outputs&, Methods& methods) {
  methods.left_out.push_back({"arb-113", "built without Arb (Debian 12: libflint-arb-dev)"});
}

}  // namespace rope::bench

#endif
