// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// From a ball to the bits of a format: given only where every point of the ball rounds to the same bits (Ziv's test).
#pragma once

#include <cstdint>
#include <optional>

#include "reference/ball.hpp"
#include "reference/encoding.hpp"

namespace rope {

/// The leading bits of a finite multiprecision number, and whether more follow.
Leading64 leading64(mpfr_srcptr x);

/// The two ends of a ball, rounded outwards: every point of the ball lies between them. Rounding to nearest is
/// monotone, so where both ends give the same bits, so does the exact value. Bits are compared, not values: where the
/// sign of a value that rounds to zero is not certain, neither are its bits.
class Ends {
 public:
  template <class Real>
  explicit Ends(const Ball<Real>& ball) {
    if (ball.radius == exact) {
      low_ = high_ = leading64(raw(ball.middle));
      return;
    }
    const Real radius = radius_value<Real>(ball.radius);
    Real end;
    mpfr_sub(raw(end), raw(ball.middle), raw(radius), MPFR_RNDD);
    low_ = leading64(raw(end));
    mpfr_add(raw(end), raw(ball.middle), raw(radius), MPFR_RNDU);
    high_ = leading64(raw(end));
  }

  /// Correctly rounded bits, or nothing where this ball does not decide them.
  std::optional<std::uint64_t> bits(DType dtype) const {
    const std::uint64_t low = encode(dtype, low_);
    if (low != encode(dtype, high_)) return std::nullopt;
    return low;
  }

 private:
  Leading64 low_, high_;
};

}  // namespace rope
