// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Truth in binary64: products of inputs with at most 24 bits and of values good to 4 * 2^-53 (reference/certified).
#include "conformance/bench/units.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "reference/bounds.hpp"
#include "reference/certified/table.hpp"
#include "reference/contract.hpp"
#include "reference/dtype.hpp"
#include "reference/exact.hpp"

namespace rope::bench::kernels {
namespace {

constexpr std::size_t pairs = head_dim / 2;
// The factors of the angle's and of the rounding's part in E(16, 2), where the suite's grades end.
constexpr double alpha = 16, beta = 2;
// What the measured error itself may be off by, in units of the pair's length: each of cos and sin is good to 4 *
// 2^-53, which makes 8 * 2^-53 of a pair, and two products, two sums and the hypot, rounded once each, make less than
// as much.
constexpr double measurement = 0x1p-49;

DType dtype_of(rope_dtype dtype) {
  return dtype == ROPE_F32 ? DType::f32 : dtype == ROPE_F16 ? DType::f16 : DType::bf16;
}

Spec spec() {
  Spec out;
  out.head_dim = out.rotary_dim = static_cast<int>(head_dim);
  out.theta = base;
  out.family = DefaultFamily{};
  out.max_position = last_position;
  return out;
}

std::vector<double> frequencies() {
  const Exact exact(spec());
  std::vector<double> out;
  for (int pair = 0; pair < static_cast<int>(pairs); ++pair) out.push_back(exact.inv_freq(pair).hi);
  return out;
}

/// cos, sin and limit of one token.
struct Turn {
  double cos[pairs], sin[pairs], limit[pairs];
};

Turn turn_at(std::int64_t position, const Bounds& usual) {
  Turn turn{};
  CertifiedTable(spec(), position, 1).values(position, 1, turn.cos, turn.sin);
  for (std::size_t i = 0; i < pairs; ++i) {
    turn.limit[i] = usual.rotation(position, static_cast<int>(i), turn.cos[i], turn.sin[i], alpha, beta) + measurement;
  }
  return turn;
}

double element(const std::vector<char>& rows, rope_dtype dtype, std::size_t index) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, rows.data() + index * size_of(dtype), size_of(dtype));
  return to_double(dtype_of(dtype), bits);
}

/// The larger; infinity for what is no number.
double larger(double worst, double x) {
  return x <= worst ? worst : x == x ? x : std::numeric_limits<double>::infinity();
}

}  // namespace

Errors errors_of(const Work& work, rope_pairing pairing, const std::vector<char>& outputs) {
  const std::vector<char> inputs = work.input_rows();
  const std::vector<std::int64_t> tokens = work.sampled_tokens();
  const Bounds usual(spec(), baseline_contract(dtype_of(work.dtype)), dtype_of(work.dtype), frequencies());
  const double u = unit_roundoff(dtype_of(work.dtype));
  const std::size_t heads = static_cast<std::size_t>(q_heads + k_heads), width = static_cast<std::size_t>(head_dim);
  Errors worst;
  for (std::size_t n = 0; n < tokens.size(); ++n) {
    const Turn turn = turn_at(work.positions[static_cast<std::size_t>(tokens[n])], usual);
    for (std::size_t head = 0; head < heads; ++head) {
      const std::size_t row = (n * heads + head) * width;
      for (std::size_t i = 0; i < pairs; ++i) {
        const std::size_t e0 = row + (pairing == ROPE_HALF_SPLIT ? i : 2 * i);
        const std::size_t e1 = row + (pairing == ROPE_HALF_SPLIT ? i + pairs : 2 * i + 1);
        const double x0 = element(inputs, work.dtype, e0), x1 = element(inputs, work.dtype, e1);
        const double error = std::hypot(element(outputs, work.dtype, e0) - (x0 * turn.cos[i] - x1 * turn.sin[i]),
                                        element(outputs, work.dtype, e1) - (x0 * turn.sin[i] + x1 * turn.cos[i]));
        const double length = std::hypot(x0, x1);
        worst.units = larger(worst.units, error / (u * length));
        worst.against_limit = larger(worst.against_limit, error / (length * turn.limit[i] + beta * usual.underflow()));
      }
    }
  }
  return worst;
}

}  // namespace rope::bench::kernels
