// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The canary computes instead of asking the control register, so that it is the same on every processor. Operands are
// volatile: the arithmetic has to happen here and now, not in the compiler. Results are compared as bits, because a
// comparison too would see a flushed subnormal as zero.
#include "reference/fp_environment.hpp"

#include <bit>
#include <cfloat>
#include <cstdint>

namespace rope {
namespace {

static_assert(FLT_EVAL_METHOD == 0, "fp32 and fp64 operations must round to their own format");

template <class Float, class Bits>
struct Canary {
  static Bits add(Float a, Float b) {
    volatile Float x = a, y = b;
    return std::bit_cast<Bits>(static_cast<Float>(x + y));
  }
  static Bits multiply(Float a, Float b) {
    volatile Float x = a, y = b;
    return std::bit_cast<Bits>(static_cast<Float>(x * y));
  }

  /// `u` is half the spacing at 1, `smallest_normal` the least number that is not subnormal.
  static std::optional<std::string> problem(Float u, Float smallest_normal) {
    const Bits one = std::bit_cast<Bits>(Float{1});
    const Bits minus_one = std::bit_cast<Bits>(Float{-1});
    // One ulp up from a power of two is the next bit pattern, for either sign. Ties to even: 1 + u is 1, 1 + 3u is
    // 1 + 4u. 1 + 1.5u is nearest to 1 + 2u, but a mode that rounds down or to zero loses it; likewise below -1.
    const bool nearest = add(1, u) == one && add(std::bit_cast<Float>(static_cast<Bits>(one + 1)), u) == one + 2 &&
                         add(1, u * Float{1.5}) == one + 1 && add(-1, -u) == minus_one &&
                         add(-1, -u * Float{1.5}) == minus_one + 1;
    if (!nearest) {
      return "expected floating-point arithmetic to round to nearest, ties to even, found another rounding mode; call "
             "fesetround(FE_TONEAREST) in this thread, and look for a library that changed it";
    }
    // Half of the smallest normal number is a subnormal with one bit set.
    const Bits half = std::bit_cast<Bits>(smallest_normal) >> 1;
    const Bits top_fraction_bit = static_cast<Bits>(std::bit_cast<Bits>(smallest_normal) >> 1);
    if (multiply(smallest_normal, Float{0.5}) != half) {
      return "expected subnormal results to be kept, found them flushed to zero (FTZ); something loaded into this "
             "process, often a library linked with -ffast-math, set that mode";
    }
    if (multiply(std::bit_cast<Float>(top_fraction_bit), Float{2}) != std::bit_cast<Bits>(smallest_normal)) {
      return "expected subnormal operands to be used as they are, found them read as zero (DAZ); something loaded into "
             "this process, often a library linked with -ffast-math, set that mode";
    }
    return std::nullopt;
  }
};

}  // namespace

std::optional<std::string> fp_environment_problem() {
  if (auto text = Canary<double, std::uint64_t>::problem(0x1p-53, DBL_MIN)) return text;
  return Canary<float, std::uint32_t>::problem(0x1p-24F, FLT_MIN);
}

}  // namespace rope
