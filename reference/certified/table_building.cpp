// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Fills the two factor tables: T[2^k + j] = e^(i·2^k·ω)·T[j] in fixed point, then to double-double (lemma 2).
#include <array>
#include <bit>
#include <cmath>

#include "reference/certified/seeds.hpp"
#include "reference/certified/table_state.hpp"

namespace rope {
namespace {

constexpr std::size_t group = 8;  // pairs that are filled together: their doubles are one cache line
using Group = std::array<FixedComplex, group>;

struct Factor {
  double m;
  int scale;
};

Factor factor_of(double attention_factor) {
  Factor f{};
  f.m = std::frexp(attention_factor, &f.scale);
  if (f.m == 0.5) return {1, f.scale - 1};
  return f;
}

/// The fine table is read for every row and should stay in the second-level cache; the coarse one costs building time.
std::size_t fine_rows_for(std::int64_t count, std::size_t pairs) {
  const auto bits = std::bit_width(static_cast<std::uint64_t>(count) - 1);
  std::size_t rows = std::size_t{1} << ((bits + 1) / 2);
  const std::size_t least = std::max<std::size_t>(1, rows / 8);
  constexpr std::size_t cache = std::size_t{1} << 20;
  while (rows > least && rows * pairs * 2 * sizeof(double) > cache) rows /= 2;
  return rows;
}

struct Columns {
  double* hi;
  double* lo;
  std::size_t stride;

  void put(std::size_t row, const Group& values, double scale) const {
    for (std::size_t i = 0; i < group; ++i) {
      const DoubleDouble c = to_double_double(values[i].re), s = to_double_double(values[i].im);
      const std::size_t at = 2 * row * stride + i;
      hi[at] = c.hi * scale;
      lo[at] = c.lo * scale;
      hi[at + stride] = s.hi * scale;
      lo[at + stride] = s.lo * scale;
    }
  }
};

/// powers[k][i]: the step of 2^k rows.
void grow(const Group& start, const Group* powers, std::size_t rows, double scale, std::vector<Group>& table,
          const Columns& out) {
  table[0] = start;
  out.put(0, start, scale);
  for (std::size_t half = 1; half < rows; half *= 2, ++powers) {
    const Group power = *powers;
    const std::size_t stop = std::min(half, rows - half);
    for (std::size_t j = 0; j < stop; ++j) {
      Group& next = table[half + j];
      for (std::size_t i = 0; i < group; ++i) next[i] = power[i] * table[j][i];
      out.put(half + j, next, scale);
    }
  }
}

}  // namespace

CertifiedTable::State::State(const Spec& spec_, std::int64_t first_, std::int64_t count_, Isa isa_)
    : spec(spec_),
      first(first_),
      count(count_),
      isa(isa_),
      kernels(rope::kernels(isa_)),
      pairs(static_cast<std::size_t>(spec_.pairs())),
      stride((pairs + group - 1) / group * group),
      fine_rows(fine_rows_for(count_, pairs)),
      coarse_rows((static_cast<std::size_t>(count_) + fine_rows - 1) / fine_rows),
      scale(factor_of(spec_.attention_factor).scale),
      rotates(pairs),
      window1(pairs),
      window2(pairs),
      coarse_hi(2 * stride * coarse_rows),
      coarse_lo(2 * stride * coarse_rows),
      fine_hi(2 * stride * fine_rows),
      fine_lo(2 * stride * fine_rows) {
  fill();
}

void CertifiedTable::State::fill() {
  const double m = factor_of(spec.attention_factor).m;
  const int fine_doublings = std::countr_zero(fine_rows);
  const int doublings = fine_doublings + static_cast<int>(std::bit_width(coarse_rows - 1));
  constexpr Fixed one = Fixed{1} << fixed_fraction_bits;
  std::vector<Group> table(std::max(fine_rows, coarse_rows));
  for (std::size_t begin = 0; begin < pairs; begin += group) {
    Group fine_start, coarse_start;
    fine_start.fill({one, 0});
    std::vector<Group> powers(static_cast<std::size_t>(doublings));
    for (std::size_t i = 0; i < group && begin + i < pairs; ++i) {
      const std::size_t pair = begin + i;
      const Seeds seeds = seeds_of_pair(spec, static_cast<int>(pair), first, m, doublings);
      coarse_start[i] = seeds.start;
      for (std::size_t k = 0; k < powers.size(); ++k) powers[k][i] = seeds.powers[k];
      rotates[pair] = seeds.rotates;
      rotating += seeds.rotates ? 1 : 0;
      // Where nothing rotates every product is exact, and so is the value: ties included (lemma 4).
      window1[pair] = seeds.rotates ? std::ldexp(4.0, scale - 53) : 0;
      window2[pair] = seeds.rotates ? std::ldexp(9.0, scale - 106) : 0;
    }
    grow(fine_start, powers.data(), fine_rows, 1, table, {fine_hi.data() + begin, fine_lo.data() + begin, stride});
    grow(coarse_start, powers.data() + fine_doublings, coarse_rows, std::ldexp(1.0, scale), table,
         {coarse_hi.data() + begin, coarse_lo.data() + begin, stride});
  }
}

}  // namespace rope
