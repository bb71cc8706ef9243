// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Single cells of the certified table, and the levels that decide them.
#include "reference/certified/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

#include "reference/certified/rotation.hpp"
#include "reference/certified/table_state.hpp"

namespace rope {
namespace {

constexpr std::int64_t position_limit = std::int64_t{1} << 60;

void require(bool condition, const std::string& message) {
  if (!condition) throw std::invalid_argument(message);
}

/// a + b cut to binary64 with the last bit set where anything was cut: rounded once more, to a format of at most 51
/// bits, it gives the rounding of a + b itself (Boldo, Melquiond 2008).
double sum_to_odd(double a, double b) {
  const double s = a + b;
  const double t = s - b;
  const double e = (a - t) + (b - (s - t));
  auto bits = std::bit_cast<std::uint64_t>(s);
  if (e == 0 || (bits & 1) != 0) return s;
  bits += std::signbit(e) == std::signbit(s) ? std::uint64_t{1} : ~std::uint64_t{0};
  return std::bit_cast<double>(bits);
}

}  // namespace

bool certain(DType dtype, double v, double w, std::uint64_t& bits) {
  bits = round_to_bits(dtype, v - w);
  return bits == round_to_bits(dtype, v + w);
}

bool certain(DType dtype, DoubleDouble v, double w, std::uint64_t& bits) {
  const double below = v.lo - w, above = v.lo + w;
  if (dtype == DType::f64) {
    bits = std::bit_cast<std::uint64_t>(v.hi + below);
    return bits == std::bit_cast<std::uint64_t>(v.hi + above);
  }
  bits = round_to_bits(dtype, sum_to_odd(v.hi, below));
  return bits == round_to_bits(dtype, sum_to_odd(v.hi, above));
}

LevelCounts& LevelCounts::operator+=(const LevelCounts& other) {
  values += other.values;
  level2 += other.level2;
  level3 += other.level3;
  return *this;
}

const Exact& CertifiedTable::State::exact() const {
  std::call_once(exact_made_, [this] { exact_ = std::make_unique<const Exact>(spec); });
  return *exact_;
}

void CertifiedTable::State::require_rows(std::int64_t from, std::size_t rows) const {
  if (from >= first && from - first <= count && rows <= static_cast<std::size_t>(count - (from - first))) return;
  throw std::invalid_argument(
      fmt::format("rows are {} from position {} on; expected rows of the table's window, {} from position {} on", rows,
                  from, count, first));
}

void CertifiedTable::State::require_pair(int pair) const {
  if (pair >= 0 && static_cast<std::size_t>(pair) < pairs) return;
  throw std::invalid_argument(fmt::format("pair is {}; expected 0 to {}", pair, pairs - 1));
}

RowBlock CertifiedTable::State::block(std::size_t row, std::size_t rows) const {
  const std::size_t coarse = 2 * stride * (row / fine_rows), fine = 2 * stride * (row % fine_rows);
  return {coarse_hi.data() + coarse,
          coarse_lo.data() + coarse,
          fine_hi.data() + fine,
          fine_lo.data() + fine,
          stride,
          pairs,
          rows,
          window1.data(),
          window2.data()};
}

RowBlock CertifiedTable::State::lane(std::size_t row, std::size_t pair) const {
  RowBlock b = block(row, 1);
  b.pairs = 1;
  for (const double** p : {&b.coarse_hi, &b.coarse_lo, &b.fine_hi, &b.fine_lo, &b.window1, &b.window2}) *p += pair;
  return b;
}

CertifiedTable::Pair CertifiedTable::State::double_doubles(std::size_t row, std::size_t pair) const {
  Pair v;
  kernels.double_doubles(lane(row, pair), &v.cos.hi, &v.cos.lo, &v.sin.hi, &v.sin.lo);
  return v;
}

std::uint64_t CertifiedTable::State::decide(DType dtype, std::size_t row, std::size_t pair, bool sine, double value,
                                            LevelCounts& counts) const {
  std::uint64_t bits = 0;
  if (dtype != DType::f64 && certain(dtype, value, window1[pair], bits)) return bits;
  ++counts.level2;
  const Pair v = double_doubles(row, pair);
  if (certain(dtype, sine ? v.sin : v.cos, window2[pair], bits)) return bits;
  ++counts.level3;
  const Exact::Trig trig = exact().trig(position(row), static_cast<int>(pair));
  const ExactValue& e = sine ? trig.sin : trig.cos;
  return dtype == DType::f64 ? std::bit_cast<std::uint64_t>(e.value.hi) : e.bits[tensor_index(dtype)];
}

CertifiedTable::CertifiedTable(const Spec& spec, std::int64_t first, std::int64_t count, Isa isa) {
  const auto wrong = problem(spec);
  require(!wrong, wrong.value_or(""));
  require(count >= 1 && count <= longest, fmt::format("count is {}; expected 1 to {}", count, longest));
  require(first >= -position_limit && first <= position_limit - (count - 1),
          fmt::format("the window is {} positions from {} on; expected -2^60 to 2^60", count, first));
  const auto isas = available_isas();
  require(std::find(isas.begin(), isas.end(), isa) != isas.end(),
          fmt::format("instruction set {} is not available; this machine and build have up to {}", name(isa),
                      name(isas.back())));
  state_ = std::make_unique<const State>(spec, first, count, isa);
}

CertifiedTable::~CertifiedTable() = default;
CertifiedTable::CertifiedTable(CertifiedTable&&) noexcept = default;
CertifiedTable& CertifiedTable::operator=(CertifiedTable&&) noexcept = default;

const Spec& CertifiedTable::spec() const {
  return state_->spec;
}

const Exact& CertifiedTable::exact() const {
  return state_->exact();
}

std::int64_t CertifiedTable::first() const {
  return state_->first;
}

std::int64_t CertifiedTable::count() const {
  return state_->count;
}

std::size_t CertifiedTable::pairs() const {
  return state_->pairs;
}

Isa CertifiedTable::isa() const {
  return state_->isa;
}

double CertifiedTable::value_error() const {
  return std::ldexp(3.4143, state_->scale - 53);  // lemma 3
}

double CertifiedTable::double_double_error() const {
  return std::ldexp(7.75, state_->scale - 106);  // lemma 6
}

CertifiedTable::Pair CertifiedTable::at(std::int64_t position, int pair) const {
  state_->require_rows(position, 1);
  state_->require_pair(pair);
  if (position == 0) return {{state_->spec.attention_factor, 0}, {0, 0}};
  return state_->double_doubles(state_->row_of(position), static_cast<std::size_t>(pair));
}

// Lemma 8. Products with binary64 elements of this range neither overflow nor underflow past the window.
std::array<std::uint32_t, 2> CertifiedTable::rotate(std::int64_t position, int pair, DType dtype, double x0, double x1,
                                                    Direction direction) const {
  const Pair v = at(position, pair);
  const double size = std::fabs(x0) + std::fabs(x1);
  const bool exact_case = position == 0 || state_->rotates[static_cast<std::size_t>(pair)] == 0;
  if (dtype != DType::f64 && !exact_case && size >= 0x1p-400 && size <= 0x1p400) {
    const DoubleDouble s = direction == Direction::forward ? v.sin : -v.sin;
    const double window = std::ldexp(size, state_->scale - 102);  // 16u²·2^scale
    std::uint64_t y0 = 0, y1 = 0;
    if (certain(dtype, combination(x0, v.cos, -x1, s), window, y0) &&
        certain(dtype, combination(x0, s, x1, v.cos), window, y1)) {
      return {static_cast<std::uint32_t>(y0), static_cast<std::uint32_t>(y1)};
    }
  }
  const auto y = exact().rotate(position, pair, dtype, x0, x1, direction);
  return {y[0].bits, y[1].bits};
}

}  // namespace rope
