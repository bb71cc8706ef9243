// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// fp32 prints with the fewest digits that read back as the same fp32; 16-bit formats are exact in a few more.
#include "conformance/checks/number_text.hpp"

#include <fmt/format.h>

#include <bit>

namespace rope::conformance {

reports::Number number(DType dtype, std::uint64_t bits) {
  const double value = to_double(dtype, bits);
  const int digits = 2 * format(dtype).bytes;
  std::string dec = dtype == DType::f64 ? fmt::format("{}", value) : fmt::format("{}", static_cast<float>(value));
  return {std::move(dec), fmt::format("0x{:0{}x}", bits, digits)};
}

reports::Number number(double value) {
  return number(DType::f64, std::bit_cast<std::uint64_t>(value));
}

}  // namespace rope::conformance
