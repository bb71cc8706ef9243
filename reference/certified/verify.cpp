// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The fused pass over a table: block by block with the loops of kernels.hpp, and cell by cell only where a block holds
// something that has to be placed.
#include "reference/certified/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "reference/certified/table_state.hpp"

namespace rope {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::uint64_t bits_of(float x) {
  return std::bit_cast<std::uint32_t>(x);
}

std::uint64_t bits_of(std::uint16_t x) {
  return x;
}

/// Whether |x - v| > limit, to the accuracy of v; x and v close.
bool beyond(double x, DoubleDouble v, double limit) {
  const double s = x - v.hi;  // s + e = x - v.hi: 2Sum
  const double t = s - x;
  const double e = (x - (s - t)) + (-v.hi - t);
  const double rest = e - v.lo;
  return s < 0 ? (-s - limit) - rest > 0 : (s - limit) + rest > 0;
}

}  // namespace

/// One call of verify_f32 or verify_16.
struct Verifying {
  template <class Element>
  struct Pass {
    using Kernel = void(const RowBlock&, const Element*, const Element*, double*, double*, std::uint32_t*,
                        std::uint8_t*);
    const CertifiedTable::State& state;
    DType dtype;
    Kernel* kernel;  ///< none: every row is open
    std::size_t origin;
    const Element* cos;
    const Element* sin;
    std::span<const double> limits;
    double value_error;

    TableErrors result{};
    std::size_t worst_row = 0, worst_rows = 0;  ///< the block that holds the largest error first
    double total = 0;
    std::vector<double> values = std::vector<double>(2 * state.pairs);
    std::vector<double> largest = std::vector<double>(state.pairs), sum = std::vector<double>(state.pairs);
    std::vector<std::uint32_t> wrong = std::vector<std::uint32_t>(state.fine_rows);
    std::vector<std::uint8_t> open = std::vector<std::uint8_t>(state.fine_rows, 1);

    const Element* cell(std::size_t row, bool sine) const { return (sine ? sin : cos) + (row - origin) * state.pairs; }

    /// Fills `values` for one row: level 1, or the exact ones of position 0.
    void load(std::size_t row) {
      double* const c = values.data();
      if (state.position(row) == 0) {
        std::fill_n(c, state.pairs, state.spec.attention_factor);
        std::fill_n(c + state.pairs, state.pairs, 0.0);
      } else {
        state.kernels.values(state.block(row, 1), c, c + state.pairs);
      }
    }

    double error(Element got, double value) const {
      const double x = to_double(dtype, bits_of(got));
      return std::isfinite(x) ? std::fabs(x - value) : infinity;
    }

    /// Calls visit(pair, sine, got, value, error) for the cells of a row, cos before sin, until it returns true.
    template <class Visit>
    bool any_of_row(std::size_t row, const Visit& visit) {
      load(row);
      const Element* const c = cell(row, false);
      const Element* const s = cell(row, true);
      for (std::size_t i = 0; i < state.pairs; ++i) {
        if (visit(i, false, c[i], error(c[i], values[i]))) return true;
        if (visit(i, true, s[i], error(s[i], values[state.pairs + i]))) return true;
      }
      return false;
    }

    std::uint32_t wrong_of_open_row(std::size_t row) {
      const bool zero = state.position(row) == 0;
      std::uint32_t count = 0;
      LevelCounts ignored;
      any_of_row(row, [&](std::size_t i, bool sine, Element got, double) {
        const double value = values[i + (sine ? state.pairs : 0)];
        const std::uint64_t right =
            zero ? round_to_bits(dtype, value) : state.decide(dtype, row, i, sine, value, ignored);
        count += bits_of(got) != right ? 1 : 0;
        return false;
      });
      return count;
    }

    bool past(std::size_t row, double limit) {
      return any_of_row(row, [&](std::size_t i, bool sine, Element got, double e) {
        if (e > limit + value_error) return true;
        if (e < limit - value_error) return false;
        const auto v = state.position(row) == 0 ? CertifiedTable::Pair{{state.spec.attention_factor, 0}, {0, 0}}
                                                : state.double_doubles(row, i);
        return beyond(to_double(dtype, bits_of(got)), sine ? v.sin : v.cos, limit);
      });
    }

    /// The errors of a block whose accumulators are not from the loops.
    void accumulate(std::size_t row, std::size_t rows) {
      std::fill(largest.begin(), largest.end(), 0.0);
      std::fill(sum.begin(), sum.end(), 0.0);
      for (std::size_t r = row; r < row + rows; ++r) {
        any_of_row(r, [&](std::size_t i, bool, Element, double e) {
          largest[i] = std::max(largest[i], e);
          sum[i] += e;
          return false;
        });
      }
    }

    void block(std::size_t row, std::size_t rows) {
      if (kernel != nullptr && state.position(row) != 0) {
        std::fill(largest.begin(), largest.end(), 0.0);
        std::fill(sum.begin(), sum.end(), 0.0);
        kernel(state.block(row, rows), cell(row, false), cell(row, true), largest.data(), sum.data(), wrong.data(),
               open.data());
      } else {
        accumulate(row, rows);
        std::fill_n(open.begin(), rows, std::uint8_t{1});
      }
      for (std::size_t r = 0; r < rows; ++r) {
        result.not_correctly_rounded += open[r] != 0 ? wrong_of_open_row(row + r) : wrong[r];
      }
      double block_sum = 0, block_largest = 0;
      for (std::size_t i = 0; i < state.pairs; ++i) {
        block_sum += sum[i];
        block_largest = std::max(block_largest, largest[i]);
      }
      if (!std::isfinite(block_sum)) block_sum = block_largest = infinity;
      total += block_sum;
      if (worst_rows == 0 || block_largest > result.largest) {
        result.largest = block_largest;
        worst_row = row;
        worst_rows = rows;
      }
      for (std::size_t k = 0; k < limits.size(); ++k) {
        if (result.first_past[k] || !(block_largest + value_error > limits[k])) continue;
        for (std::size_t r = row; r < row + rows && !result.first_past[k]; ++r) {
          if (past(r, limits[k])) result.first_past[k] = state.position(r);
        }
      }
    }

    TableErrors operator()(std::int64_t from, std::size_t rows) {
      result.first_past.resize(limits.size());
      result.values = 2 * static_cast<std::uint64_t>(rows) * state.pairs;
      state.for_runs(
          from, rows, [&](std::size_t row, std::size_t run) { block(row, run); },
          [&](std::size_t row) { block(row, 1); });
      if (result.values != 0) result.mean = total / static_cast<double>(result.values);
      for (std::size_t r = worst_row; r < worst_row + worst_rows; ++r) {
        const bool found = any_of_row(r, [&](std::size_t i, bool, Element, double e) {
          result.largest_pair = static_cast<int>(i);
          return e == result.largest;
        });
        result.largest_position = state.position(r);
        if (found) break;
      }
      return std::move(result);
    }
  };

  template <class Element>
  static TableErrors run(const CertifiedTable& table, DType dtype, std::int64_t from, std::size_t rows,
                         const Element* cos, const Element* sin, std::span<const double> limits) {
    const auto& state = *table.state_;
    state.require_rows(from, rows);
    typename Pass<Element>::Kernel* kernel = nullptr;
    if constexpr (std::is_same_v<Element, float>) {
      kernel = state.kernels.verify_f32;
    } else {
      kernel = dtype == DType::f16 ? state.verify_f16() : state.kernels.verify_bf16;
    }
    return Pass<Element>{state, dtype, kernel, state.row_of(from), cos, sin, limits, table.value_error()}(from, rows);
  }
};

TableErrors verify_f32(const CertifiedTable& table, std::int64_t from, std::size_t rows, const float* cos,
                       const float* sin, std::span<const double> limits) {
  return Verifying::run(table, DType::f32, from, rows, cos, sin, limits);
}

TableErrors verify_16(const CertifiedTable& table, DType dtype, std::int64_t from, std::size_t rows,
                      const std::uint16_t* cos, const std::uint16_t* sin, std::span<const double> limits) {
  if (dtype != DType::f16 && dtype != DType::bf16) {
    throw std::invalid_argument(fmt::format("dtype is {}; expected fp16 or bf16", name(dtype)));
  }
  return Verifying::run(table, dtype, from, rows, cos, sin, limits);
}

void TableErrors::append(const TableErrors& later) {
  if (later.values == 0) return;
  if (values == 0) {
    *this = later;
    return;
  }
  if (first_past.size() != later.first_past.size()) {
    throw std::invalid_argument(fmt::format("the later rows were held to {} limits; expected the same {} as these",
                                            later.first_past.size(), first_past.size()));
  }
  const auto all = static_cast<double>(values + later.values);
  mean = mean * (static_cast<double>(values) / all) + later.mean * (static_cast<double>(later.values) / all);
  values += later.values;
  not_correctly_rounded += later.not_correctly_rounded;
  if (later.largest > largest) {
    largest = later.largest;
    largest_position = later.largest_position;
    largest_pair = later.largest_pair;
  }
  for (std::size_t k = 0; k < first_past.size(); ++k) {
    if (!first_past[k]) first_past[k] = later.first_past[k];
  }
}

}  // namespace rope
