// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Powers, exponentials, logarithms, sines and cosines of numbers of a format, correctly rounded to one or as this
// program's C library has them.
#pragma once

#include "reference/contract.hpp"
#include "reference/dtype.hpp"

namespace rope::pipeline {

/// Whether this program runs with glibc: "glibc" in a contract means nothing elsewhere.
bool has_glibc();

/// Of a library that is said, in fp32 or fp64: arguments and results are numbers of the format.
double power(Library library, DType format, double base, double exponent);
double exponential(Library library, DType format, double x);
double exponential2(Library library, DType format, double x);
double logarithm(Library library, DType format, double x);
double logarithm2(Library library, DType format, double x);

struct CosSin {
  double cos, sin;
};
/// Correctly rounded: of any finite binary64 angle, straight to the format. glibc's: in fp64, or of the angle as fp32,
/// rounded once more to 16 bits.
CosSin cos_sin(Library library, DType format, double angle);

}  // namespace rope::pipeline
