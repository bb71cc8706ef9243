// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The certified table: cos and sin of every position and pair of a window, correctly rounded, at the speed of memory.
// Same answers as Exact, which stays the plain reading of the mathematics; the proof is docs/numerics.md, "The
// certified table", and its lemma numbers stand in the code.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "reference/certified/isa.hpp"
#include "reference/double_double.hpp"
#include "reference/dtype.hpp"
#include "reference/exact.hpp"
#include "reference/spec.hpp"

namespace rope {

/// How many values (a cos or a sin each) every level decided.
struct LevelCounts {
  std::uint64_t values = 0;  ///< all of them
  std::uint64_t level2 = 0;  ///< not decided in binary64: looked at again in double-double
  std::uint64_t level3 = 0;  ///< nor there: decided by Exact
  LevelCounts& operator+=(const LevelCounts& other);
  friend bool operator==(const LevelCounts&, const LevelCounts&) = default;
};

/// One value that does not round to the same bits throughout [v - window, v + window].
struct NearMidpoint {
  std::int64_t position = 0;
  int pair = 0;
  bool sine = false;
};

/// Exact values for positions first .. first + count - 1 of one spec. Immutable after construction; const members may
/// be called from any number of threads at once. A window may lie anywhere in -2^60 .. 2^60 and is at most 2^24 long.
/// Positions passed to members must lie inside it.
///
/// All outputs are [rows][pairs], row r for position `from` + r. Exact zeros are +0, as in Exact. Values include the
/// attention factor A.
class CertifiedTable {
 public:
  static constexpr std::int64_t longest = std::int64_t{1} << 24;

  /// Throws std::invalid_argument where problem(spec) is set, the window is empty, too long or out of range, or `isa`
  /// is not available.
  CertifiedTable(const Spec& spec, std::int64_t first, std::int64_t count, Isa isa = best_isa());
  ~CertifiedTable();
  CertifiedTable(CertifiedTable&&) noexcept;
  CertifiedTable& operator=(CertifiedTable&&) noexcept;

  const Spec& spec() const;
  const Exact& exact() const;  ///< level 3
  std::int64_t first() const;
  std::int64_t count() const;
  std::size_t pairs() const;
  Isa isa() const;

  // Correctly rounded. Throw Unresolved where level 3 does.
  LevelCounts round_f32(std::int64_t from, std::size_t rows, float* cos, float* sin) const;
  LevelCounts round_f16(std::int64_t from, std::size_t rows, std::uint16_t* cos, std::uint16_t* sin) const;
  LevelCounts round_bf16(std::int64_t from, std::size_t rows, std::uint16_t* cos, std::uint16_t* sin) const;
  LevelCounts round_f64(std::int64_t from, std::size_t rows, double* cos, double* sin) const;

  /// Decides every value of the rows in `dtype` and stores none.
  LevelCounts certify(DType dtype, std::int64_t from, std::size_t rows) const;

  /// Level 1 alone: |value - exact| <= value_error().
  void values(std::int64_t from, std::size_t rows, double* cos, double* sin) const;
  double value_error() const;

  /// Level 2 alone: |hi + lo - exact| <= double_double_error(), |lo| <= ulp(hi)/2. The bound is absolute: a value near
  /// 0 has fewer good bits.
  void double_doubles(std::int64_t from, std::size_t rows, double* cos_hi, double* cos_lo, double* sin_hi,
                      double* sin_lo) const;
  double double_double_error() const;

  struct Pair {
    DoubleDouble cos, sin;
  };
  /// Level 2 for one cell.
  Pair at(std::int64_t position, int pair) const;

  /// Correctly rounded rotation of finite (x0, x1) as Exact::rotate, with the same levels: double-double, then Exact.
  std::array<std::uint32_t, 2> rotate(std::int64_t position, int pair, DType dtype, double x0, double x1,
                                      Direction direction) const;

  /// All values of the rows whose rounding to `dtype` is open within ±window (absolute, at least value_error()): the
  /// hardest cases of a model are among them. Values that are known exactly (position 0, inv_freq 0) are never open. In
  /// order of position, pair, cos before sin.
  std::vector<NearMidpoint> near_midpoints(DType dtype, std::int64_t from, std::size_t rows, double window) const;

 private:
  friend struct Verifying;
  struct State;
  template <class Element>
  struct Rounding;
  std::unique_ptr<const State> state_;
};

}  // namespace rope
