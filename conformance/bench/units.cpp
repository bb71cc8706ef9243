// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Truth in binary64: products of inputs with at most 24 bits and of values good to 4 * 2^-53 (reference/certified).
#include "conformance/bench/units.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

#include "reference/certified/table.hpp"
#include "reference/dtype.hpp"

namespace rope::bench::cpu {
namespace {

constexpr std::size_t pairs = head_dim / 2;
constexpr std::size_t most_tokens = 32;

DType dtype_of(rope_dtype dtype) {
  return dtype == ROPE_F32 ? DType::f32 : dtype == ROPE_F16 ? DType::f16 : DType::bf16;
}

struct Turn {
  double cos[pairs], sin[pairs];
};

Turn turn_at(std::int64_t position) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = static_cast<int>(head_dim);
  spec.theta = base;
  spec.family = DefaultFamily{};
  spec.max_position = max_position;
  Turn turn{};
  CertifiedTable(spec, position, 1).values(position, 1, turn.cos, turn.sin);
  return turn;
}

class Side {
 public:
  Side(const Work& work, std::int64_t heads, std::size_t offset)
      : size_(size_of(work.dtype)), dtype_(dtype_of(work.dtype)), heads_(heads), offset_(offset) {}

  double at(const char* array, std::size_t token, std::int64_t head, std::size_t element) const {
    const std::size_t index = (token * static_cast<std::size_t>(heads_) + static_cast<std::size_t>(head)) *
                                  static_cast<std::size_t>(head_dim) +
                              element;
    std::uint32_t bits = 0;
    std::memcpy(&bits, array + offset_ + index * size_, size_);
    return to_double(dtype_, bits);
  }
  std::int64_t heads() const { return heads_; }

 private:
  std::size_t size_;
  DType dtype_;
  std::int64_t heads_;
  std::size_t offset_;
};

double worst_of_token(const Side& side, const Work& work, rope_pairing pairing, const char* out, std::size_t token,
                      const Turn& turn) {
  const double u = unit_roundoff(dtype_of(work.dtype));
  double worst = 0;
  for (std::int64_t head = 0; head < side.heads(); ++head) {
    for (std::size_t i = 0; i < pairs; ++i) {
      const std::size_t e0 = pairing == ROPE_HALF_SPLIT ? i : 2 * i;
      const std::size_t e1 = pairing == ROPE_HALF_SPLIT ? i + pairs : 2 * i + 1;
      const double x0 = side.at(work.in.data(), token, head, e0), x1 = side.at(work.in.data(), token, head, e1);
      const double error = std::hypot(side.at(out, token, head, e0) - (x0 * turn.cos[i] - x1 * turn.sin[i]),
                                      side.at(out, token, head, e1) - (x0 * turn.sin[i] + x1 * turn.cos[i]));
      const double units = error / (u * std::hypot(x0, x1));
      worst = units <= worst ? worst : units == units ? units : std::numeric_limits<double>::infinity();
    }
  }
  return worst;
}

}  // namespace

double worst_units(const Work& work, rope_pairing pairing, const char* out) {
  const Side q(work, q_heads, 0), k(work, k_heads, work.q_bytes);
  const std::size_t all = work.positions.size(), some = std::min(all, most_tokens);
  double worst = 0;
  for (std::size_t n = 0; n < some; ++n) {
    const std::size_t token = some == 1 ? 0 : n * (all - 1) / (some - 1);
    const Turn turn = turn_at(work.positions[token]);
    worst = std::max(worst, worst_of_token(q, work, pairing, out, token, turn));
    worst = std::max(worst, worst_of_token(k, work, pairing, out, token, turn));
  }
  return worst;
}

}  // namespace rope::bench::cpu
