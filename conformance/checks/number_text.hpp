// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers of a tensor as a report shows them: shortest decimal and bits.
#pragma once

#include <cstdint>

#include "reference/dtype.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

reports::Number number(DType dtype, std::uint64_t bits);
reports::Number number(double value);  ///< as binary64

}  // namespace rope::conformance
