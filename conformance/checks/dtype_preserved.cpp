// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// dtype-preserved: an output that has been through a narrower type never uses the last bit of its significand.
#include <fmt/format.h>

#include <cmath>

#include "conformance/checks/deviation.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

/// Significant bits that the value uses; 0 for zero. Subnormals have fewer to use and do not count here.
int significant_bits(DType dtype, std::uint32_t bits) {
  const double value = to_double(dtype, bits);
  if (value == 0 || !std::isfinite(value) || std::fabs(value) < std::ldexp(1.0, format(dtype).min_exponent)) return 0;
  const int precision = format(dtype).precision;
  const std::uint32_t fraction = bits & ((std::uint32_t{1} << (precision - 1)) - 1);
  if (fraction == 0) return 1;
  int trailing = 0;
  while (((fraction >> trailing) & 1U) == 0) ++trailing;
  return precision - trailing;
}

}  // namespace

reports::Case dtype_preserved(const Probe& probe) {
  const Rows rows = random_rows(probe, "dtype-preserved", spread_positions(probe.fixture.spec.max_position));
  const RotateAnswer answer = probe.rotate(request_for(probe, rows));
  if (auto none = no_answer(answer)) return *none;
  reports::Case out;
  int most = 0;
  const std::size_t row = 2 * probe.fixture.pairs();
  const auto rotated = rotated_rows(probe, answer);
  for (std::size_t n = 0; n < rotated.size(); ++n) {
    if (rows.positions[n / row] == 0) continue;  // the inputs themselves
    ++out.cells;
    most = std::max(most, significant_bits(probe.dtype, rotated[n]));
  }
  if (out.cells == 0) {
    out.verdict = reports::Verdict::not_observable;
    out.message = "the model has no position but 0";
    return out;
  }
  // The last bit of a rounded random product sum is set in half of all cases: among a thousand values, one at least is
  // odd but with probability 2^-1000.
  const int precision = format(probe.dtype).precision;
  out.ratio = most == precision ? 0 : HUGE_VAL;
  out.verdict = most == precision ? reports::Verdict::pass : reports::Verdict::fail;
  if (most != precision) {
    out.message = fmt::format(
        "no output uses more than {} significant bits of {}'s {}: they have been through a narrower "
        "type{}",
        most, name(probe.dtype), precision,
        most == 8    ? " such as bf16"
        : most == 11 ? " such as fp16"
                     : "");
  }
  return out;
}

}  // namespace rope::conformance
