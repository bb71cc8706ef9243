// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Single operations, correctly rounded in any of the formats. Values travel as binary64, which holds every format.
//
// fp32 and fp64 are the machine's own operations (fp_environment.hpp says what is relied on). Operations in fp16 and
// bf16 round once: products are exact in 128-bit integers; sums, quotients and fused operations are first rounded to
// odd in binary64, whose 53 bits are at least two more than any of these formats has, so that the second rounding is
// that of the exact result (Boldo and Melquiond 2008, "Emulation of a FMA and correctly rounded sums").
#pragma once

#include <cstdint>

#include "reference/contract.hpp"
#include "reference/dtype.hpp"

namespace rope::pipeline {

double from_integer(DType format, std::int64_t value);

/// The exact product, rounded once; factors are any finite binary64 numbers. Infinities and NaN as the machine has it.
double product(DType format, double a, double b);
double product(DType format, std::int64_t a, double b);

double sum(DType format, double a, double b);
double quotient(DType format, double a, double b);
/// a·b + c for numbers of the format.
double fused(DType format, double a, double b, double c);

/// Towards zero; to nearest with ties away from zero. A finite number past the largest becomes the largest, or, where
/// rounding away reaches past it, an infinity.
double truncated(DType format, double x);
double rounded_away(DType format, double x);
/// Not stochastic.
double rounded(DType format, double x, Rounding rounding);

/// Zero of the same sign where |x| is below the smallest normal number.
double flushed(DType format, double x);

}  // namespace rope::pipeline
