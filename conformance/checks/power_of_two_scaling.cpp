// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// power-of-two-scaling: a rotation is linear, and multiplying by a power of two rounds nothing, so inputs scaled by one
// give outputs scaled by it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "conformance/checks/accuracy.hpp"
#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"

namespace rope::conformance {
namespace {

constexpr std::array<int, 2> exponents{6, -3};

/// No element is so small that scaling it would round it: sizes from 2^-4 to 1.
void keep_away_from_zero(DType dtype, std::vector<std::uint32_t>& tensor) {
  for (std::uint32_t& element : tensor) {
    const double x = to_double(dtype, element);
    element = static_cast<std::uint32_t>(round_to_bits(dtype, std::copysign(std::max(std::fabs(x), 0x1p-4), x)));
  }
}

std::vector<std::uint32_t> scaled(DType dtype, std::vector<std::uint32_t> tensor, int exponent) {
  for (std::uint32_t& element : tensor) {
    element = static_cast<std::uint32_t>(round_to_bits(dtype, std::ldexp(to_double(dtype, element), exponent)));
  }
  return tensor;
}

/// Whether no product of the rotation and no output comes near the subnormal numbers, in either call, so that all
/// roundings of one are those of the other, scaled. A factor of 8 is left for the kernel's own cosines and sines and
/// for what it keeps between.
bool rounds_alike(DType dtype, const std::array<double, 2>& x, double angle, const std::array<double, 2>& y, double a,
                  int exponent) {
  const double smallest = std::ldexp(8.0, format(dtype).min_exponent - std::min(exponent, 0));
  const double c = a * std::fabs(std::cos(angle));
  const double s = a * std::fabs(std::sin(angle));
  const double x_least = std::min(std::fabs(x[0]), std::fabs(x[1]));
  const bool products = angle == 0 || (x_least * s >= smallest && x_least * c >= smallest && s >= smallest);
  return products && std::fabs(y[0]) >= smallest && std::fabs(y[1]) >= smallest;
}

}  // namespace

reports::Case power_of_two_scaling(const Probe& probe) {
  Inquiry inquiry(probe, "power-of-two-scaling");
  const DType dtype = probe.dtype;
  Tokens in = random_tokens(probe, "power-of-two-scaling", any_positions(probe, 1, 48));
  keep_away_from_zero(dtype, in.q);
  keep_away_from_zero(dtype, in.k);
  const auto before = inquiry.plain(in);
  if (!before) return inquiry.result("");
  const std::vector<double> inv_freq = probe.fixture.frequencies();
  const std::size_t pairs = probe.fixture.pairs();
  const Rows rows = rows_of(probe, in);
  const auto unscaled = rows_of(probe, *before).values;
  for (int exponent : exponents) {
    const std::string what = fmt::format("inputs times 2^{}", exponent);
    Tokens larger = in;
    larger.q = scaled(dtype, in.q, exponent);
    larger.k = scaled(dtype, in.k, exponent);
    const auto after = inquiry.ask(larger, request_for(probe, larger), what);
    if (!after) continue;
    inquiry.same_beside(larger, *after, what);
    const Rows asked = rows_of(probe, larger);
    const auto got = rows_of(probe, *after).values;
    for (std::size_t n = 0; n < rows.positions.size() * pairs; ++n) {
      const std::int64_t position = rows.positions[n / pairs];
      const int pair = static_cast<int>(n % pairs);
      const std::array<double, 2> x{to_double(dtype, rows.values[2 * n]), to_double(dtype, rows.values[2 * n + 1])};
      const std::array<double, 2> y{to_double(dtype, unscaled[2 * n]), to_double(dtype, unscaled[2 * n + 1])};
      const double r = std::ldexp(std::hypot(x[0], x[1]), exponent);
      const double angle = static_cast<double>(position) * inv_freq[n % pairs];
      const bool alike = rounds_alike(dtype, x, angle, y, probe.fixture.spec.attention_factor, exponent);
      for (std::size_t element = 0; element < 2; ++element) {
        const double wanted = std::ldexp(y[element], exponent);
        const std::uint32_t bits = got[2 * n + element];
        // Two rotations of one frequency, the errors of the first one scaled with it, those of underflow too.
        const auto bound = [&](const Bounds& bounds, GradeLimit factors) {
          return 2 * r * same_frequency_bound(bounds, position, pair, factors) +
                 (1 + std::ldexp(1.0, exponent)) * factors.beta * bounds.underflow();
        };
        const auto more = [&]() -> Deviation {
          return {position,
                  pair,
                  what,
                  {number(dtype, asked.values[2 * n]), number(dtype, asked.values[2 * n + 1])},
                  {number(wanted)},
                  {number(dtype, bits)}};
        };
        if (alike && std::isfinite(wanted)) {
          inquiry.deviations().add_same(static_cast<std::uint32_t>(round_to_bits(dtype, wanted)), bits, Bits::compared,
                                        bound, more);
        } else {
          inquiry.deviations().add(std::fabs(to_double(dtype, bits) - wanted), bound, more);
        }
      }
    }
  }
  return inquiry.result("scaling the inputs does not scale the outputs");
}

}  // namespace rope::conformance
