// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Whole rows of the certified table: the loops of kernels.hpp, and a second look at the rows they leave open.
#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <type_traits>

#include "reference/certified/table_state.hpp"

namespace rope {
namespace {

template <class Element>
Element element(std::uint64_t bits) {
  if constexpr (std::is_same_v<Element, double>) return std::bit_cast<double>(bits);
  if constexpr (std::is_same_v<Element, float>) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  if constexpr (std::is_same_v<Element, std::uint16_t>) return static_cast<std::uint16_t>(bits);
}

}  // namespace

/// The loops that round to one dtype, and what happens around them.
template <class Element>
struct CertifiedTable::Rounding {
  using Kernel = void(const RowBlock&, Element*, Element*, std::size_t, std::uint8_t*);
  const State& state;
  DType dtype;
  Kernel* kernel;  ///< none: every row is open

  LevelCounts operator()(std::int64_t from, std::size_t rows, Element* cos, Element* sin, std::size_t step) const {
    state.require_rows(from, rows);
    LevelCounts counts;
    counts.values = 2 * static_cast<std::uint64_t>(rows) * state.pairs;
    std::vector<std::uint8_t> open(state.fine_rows, 1);
    std::vector<double> values(2 * state.pairs);
    const std::size_t origin = state.row_of(from);
    state.for_runs(
        from, rows,
        [&](std::size_t row, std::size_t run) {
          Element* const c = cos + (row - origin) * step;
          Element* const s = sin + (row - origin) * step;
          if (kernel != nullptr) kernel(state.block(row, run), c, s, step, open.data());
          if (dtype == DType::f64) counts.level2 += 2 * run * state.rotating;
          for (std::size_t r = 0; r < run; ++r) {
            if (open[r] != 0) look_again(row + r, c + r * step, s + r * step, values.data(), counts);
          }
        },
        [&](std::size_t row) {
          const auto one = element<Element>(round_to_bits(dtype, state.spec.attention_factor));
          const std::size_t at = (row - origin) * step;
          for (std::size_t i = 0; i < state.pairs; ++i) {
            cos[at + i] = one;
            sin[at + i] = element<Element>(0);
          }
        });
    return counts;
  }

 private:
  void look_again(std::size_t row, Element* cos, Element* sin, double* values, LevelCounts& counts) const {
    state.kernels.values(state.block(row, 1), values, values + state.pairs);
    LevelCounts here;
    for (std::size_t i = 0; i < state.pairs; ++i) {
      cos[i] = element<Element>(state.decide(dtype, row, i, false, values[i], here));
      sin[i] = element<Element>(state.decide(dtype, row, i, true, values[state.pairs + i], here));
    }
    if (dtype != DType::f64) counts.level2 += here.level2;  // those of fp64 are counted: every value is one
    counts.level3 += here.level3;
  }
};

LevelCounts CertifiedTable::round_f32(std::int64_t from, std::size_t rows, float* cos, float* sin) const {
  return Rounding<float>{*state_, DType::f32, state_->kernels.round_f32}(from, rows, cos, sin, pairs());
}

LevelCounts CertifiedTable::round_f16(std::int64_t from, std::size_t rows, std::uint16_t* cos,
                                      std::uint16_t* sin) const {
  return Rounding<std::uint16_t>{*state_, DType::f16, state_->round_f16()}(from, rows, cos, sin, pairs());
}

LevelCounts CertifiedTable::round_bf16(std::int64_t from, std::size_t rows, std::uint16_t* cos,
                                       std::uint16_t* sin) const {
  return Rounding<std::uint16_t>{*state_, DType::bf16, state_->kernels.round_bf16}(from, rows, cos, sin, pairs());
}

LevelCounts CertifiedTable::round_f64(std::int64_t from, std::size_t rows, double* cos, double* sin) const {
  return Rounding<double>{*state_, DType::f64, state_->kernels.round_f64}(from, rows, cos, sin, pairs());
}

LevelCounts CertifiedTable::certify(DType dtype, std::int64_t from, std::size_t rows) const {
  const auto forget = [&]<class Element>(const Rounding<Element>& rounding) {
    std::vector<Element> row(2 * pairs());
    return rounding(from, rows, row.data(), row.data() + pairs(), 0);
  };
  switch (dtype) {
    case DType::f64:
      return forget(Rounding<double>{*state_, dtype, state_->kernels.round_f64});
    case DType::f32:
      return forget(Rounding<float>{*state_, dtype, state_->kernels.round_f32});
    case DType::f16:
      return forget(Rounding<std::uint16_t>{*state_, dtype, state_->round_f16()});
    case DType::bf16:
      return forget(Rounding<std::uint16_t>{*state_, dtype, state_->kernels.round_bf16});
  }
  throw std::invalid_argument("dtype is none of fp64, fp32, fp16 and bf16");
}

void CertifiedTable::values(std::int64_t from, std::size_t rows, double* cos, double* sin) const {
  state_->require_rows(from, rows);
  const std::size_t origin = state_->row_of(from), n = pairs();
  state_->for_runs(
      from, rows,
      [&](std::size_t row, std::size_t run) {
        const std::size_t at = (row - origin) * n;
        state_->kernels.values(state_->block(row, run), cos + at, sin + at);
      },
      [&](std::size_t row) {
        const std::size_t at = (row - origin) * n;
        std::fill_n(cos + at, n, state_->spec.attention_factor);
        std::fill_n(sin + at, n, 0.0);
      });
}

void CertifiedTable::double_doubles(std::int64_t from, std::size_t rows, double* cos_hi, double* cos_lo, double* sin_hi,
                                    double* sin_lo) const {
  state_->require_rows(from, rows);
  const std::size_t origin = state_->row_of(from), n = pairs();
  state_->for_runs(
      from, rows,
      [&](std::size_t row, std::size_t run) {
        const std::size_t at = (row - origin) * n;
        state_->kernels.double_doubles(state_->block(row, run), cos_hi + at, cos_lo + at, sin_hi + at, sin_lo + at);
      },
      [&](std::size_t row) {
        const std::size_t at = (row - origin) * n;
        std::fill_n(cos_hi + at, n, state_->spec.attention_factor);
        for (double* const zeros : {cos_lo, sin_hi, sin_lo}) std::fill_n(zeros + at, n, 0.0);
      });
}

// Level 1 with a window that is wider by its own error finds every candidate; level 2 judges each.
std::vector<NearMidpoint> CertifiedTable::near_midpoints(DType dtype, std::int64_t from, std::size_t rows,
                                                         double window) const {
  const State& state = *state_;
  state.require_rows(from, rows);
  if (dtype == DType::f64) throw std::invalid_argument("dtype is fp64; expected fp32, fp16 or bf16");
  if (!(window >= value_error() && std::isfinite(window))) {
    throw std::invalid_argument("window is below value_error(); expected a wider, finite one");
  }
  std::vector<NearMidpoint> found;
  std::vector<double> wider(pairs());
  for (std::size_t i = 0; i < pairs(); ++i) {
    wider[i] = state.rotates[i] != 0 ? window + std::ldexp(4.0, state.scale - 53) : 0;
  }
  std::vector<std::uint8_t> open(state.fine_rows, 1);
  std::vector<float> floats(2 * pairs());
  std::vector<std::uint16_t> words(2 * pairs());
  const auto find = [&](RowBlock block) {
    block.window1 = wider.data();
    if (dtype == DType::f32) {
      state.kernels.round_f32(block, floats.data(), floats.data() + pairs(), 0, open.data());
    } else if (auto* const kernel = dtype == DType::f16 ? state.round_f16() : state.kernels.round_bf16) {
      kernel(block, words.data(), words.data() + pairs(), 0, open.data());
    }
  };
  state.for_runs(
      from, rows,
      [&](std::size_t row, std::size_t run) {
        find(state.block(row, run));
        for (std::size_t r = row; r < row + run; ++r) {
          if (open[r - row] == 0) continue;
          for (std::size_t i = 0; i < pairs(); ++i) {
            if (state.rotates[i] == 0) continue;
            const Pair v = state.double_doubles(r, i);
            std::uint64_t bits = 0;
            for (const bool sine : {false, true}) {
              if (!certain(dtype, sine ? v.sin : v.cos, window, bits)) {
                found.push_back({state.position(r), static_cast<int>(i), sine});
              }
            }
          }
        }
      },
      [](std::size_t) {});
  return found;
}

}  // namespace rope
