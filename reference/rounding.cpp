// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads MPFR numbers through MPFR's custom interface (manual, section 5.17), which documents how they are stored.
#include "reference/rounding.hpp"

namespace rope {

static_assert(GMP_NUMB_BITS == 64, "one limb is read as one 64-bit number");

Leading64 leading64(mpfr_srcptr x) {
  if (mpfr_zero_p(x) != 0) return {mpfr_signbit(x) != 0, 0, 0, false};
  if (mpfr_regular_p(x) == 0) throw std::logic_error("expected a finite number to round, found NaN or infinity");
  const auto limbs = static_cast<std::size_t>((mpfr_get_prec(x) + 63) / 64);
  const auto* limb = static_cast<const mp_limb_t*>(mpfr_custom_get_significand(x));
  bool tail = false;
  for (std::size_t i = 0; i + 1 < limbs; ++i) tail = tail || limb[i] != 0;
  return {mpfr_signbit(x) != 0, mpfr_get_exp(x), limb[limbs - 1], tail};
}

}  // namespace rope
