// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The plain reading of the mathematics in multiprecision arithmetic: exact inv_freq, angle, cos, sin and rotation, each
// rounded once, straight to its format. Slow on purpose; everything faster is compared with this.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>

#include "reference/double_double.hpp"
#include "reference/dtype.hpp"
#include "reference/spec.hpp"

namespace rope {

/// Thrown where a value could not be rounded with certainty at the highest precision: never a guess.
class Unresolved : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The highest working precision in bits of Ziv's loop (Ziv 1991); past it a value is Unresolved.
int ziv_precision_cap();

/// Where Ziv's loop begins. Every value is certain, so both give the same bits: `second`, one precision higher, is for
/// a second opinion on what `first` has answered.
enum class ZivStart : std::uint8_t { first, second };

/// One real number: `bits` is its correct rounding (to nearest, ties to even) to tensor_dtypes[t], hi its correctly
/// rounded binary64, lo the correctly rounded v - hi, or 0 where |v - hi| <= 2^(e-112), 2^(e-1) <= |hi| < 2^e (so that
/// values with few bits are not searched for more). Hence |hi + lo - v| <= 2^-105 |v|.
struct ExactValue {
  DoubleDouble value;
  std::array<std::uint32_t, 3> bits{};
};

/// One real number that is wanted in one dtype: correctly rounded binary64 and correctly rounded bits.
struct ExactOutput {
  double value = 0;
  std::uint32_t bits = 0;
};

enum class Direction : std::uint8_t { forward, backward };

/// Exact values for one spec. Immutable after construction; safe to share between threads. MPFR's precision is part of
/// the types used inside, so nothing process-wide is read or changed.
///
/// Positions may be anything from -2^60 to 2^60, whatever spec.max_position is; pairs are 0 .. spec.pairs() - 1; inputs
/// are finite; dtypes are those of tensor_dtypes. Anything else throws std::invalid_argument. Exact zeros are +0; a
/// value that rounds to zero keeps its sign.
class Exact {
 public:
  /// Throws std::invalid_argument where problem(spec) is set.
  explicit Exact(const Spec& spec, ZivStart start = ZivStart::first);
  ~Exact();
  Exact(Exact&&) noexcept;
  Exact& operator=(Exact&&) noexcept;

  const Spec& spec() const;

  /// inv_freq of the pair, rounded as ExactValue says.
  DoubleDouble inv_freq(int pair) const;

  struct Trig {
    ExactValue cos;  ///< attention_factor · cos(position · inv_freq)
    ExactValue sin;
  };
  Trig trig(std::int64_t position, int pair) const;

  /// One (position, pair) with its cos and sin kept, for several rotations. Refers to the Exact it came from, which
  /// must outlive it.
  class At {
   public:
    ~At();
    At(At&&) noexcept;
    At& operator=(At&&) noexcept;
    Trig trig() const;
    std::array<ExactOutput, 2> rotate(DType dtype, double x0, double x1, Direction direction) const;

   private:
    friend class Exact;
    struct Kept;
    explicit At(std::unique_ptr<const Kept> kept);
    std::unique_ptr<const Kept> kept_;
  };
  At at(std::int64_t position, int pair) const;

  /// Rotates (x0, x1) by +position·inv_freq (forward) or its transpose (backward), both with the attention factor.
  std::array<ExactOutput, 2> rotate(std::int64_t position, int pair, DType dtype, double x0, double x1,
                                    Direction direction) const;

  /// Correctly rounded binary64 of <R_m q, R_n k> over all pairs, attention factor squared included. q and k in pair
  /// order: [pairs][2].
  double inner_product(std::int64_t m, std::span<const double> q, std::int64_t n, std::span<const double> k) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace rope
