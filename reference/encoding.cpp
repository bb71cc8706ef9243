// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rounding to nearest, ties to even, in integers.
#include "reference/encoding.hpp"

namespace rope {

std::uint64_t encode(DType dtype, const Leading64& x) {
  const Format f = format(dtype);
  const int fraction_bits = f.precision - 1;
  const std::uint64_t sign = x.negative ? std::uint64_t{1} << (8 * f.bytes - 1) : 0;
  if (x.leading == 0) return sign;

  const std::uint64_t infinity = static_cast<std::uint64_t>(f.max_exponent - f.min_exponent + 2) << fraction_bits;
  const std::int64_t e = x.exponent - 1;  // |x| lies in [2^e, 2^(e+1))
  if (e > f.max_exponent) return sign | infinity;

  // Significant bits the format has at this magnitude: fewer and fewer below min_exponent. With none left, |x| is at
  // least half the smallest number, and the general rule decides; with fewer than none it is less than half.
  const bool subnormal = e < f.min_exponent;
  const std::int64_t keep = subnormal ? f.precision - (f.min_exponent - e) : f.precision;
  if (keep < 0) return sign;
  const std::uint64_t kept = keep == 0 ? 0 : x.leading >> (64 - keep);
  const std::uint64_t rest = x.leading << keep;
  const std::uint64_t half = std::uint64_t{1} << 63;
  const bool up = rest > half || (rest == half && (x.tail || (kept & 1) != 0));

  // `kept` holds the leading 1 of a normal number, which adds 1 to the exponent field, as does a carry out of the
  // fraction: so the field below starts one lower, and overflow arrives at the bits of infinity by itself.
  const std::uint64_t field = subnormal ? 0 : static_cast<std::uint64_t>(e - f.min_exponent) << fraction_bits;
  return sign | (field + kept + (up ? 1 : 0));
}

}  // namespace rope
