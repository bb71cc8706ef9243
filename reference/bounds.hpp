// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Derived error bounds of a RoPE computation under a contract: stages S1 to S5 of docs/numerics.md. Nothing here is
// measured or tuned.
#pragma once

#include <cstdint>
#include <vector>

#include "reference/contract.hpp"
#include "reference/dtype.hpp"
#include "reference/rotation_bound.hpp"
#include "reference/spec.hpp"

namespace rope {

/// Bounds of one contract on one spec for tensors of one dtype; where q, k and backward differ, of the loosest. All are
/// for unit input pairs, r = |(x0, x1)| = 1, unless said otherwise, and computed in binary64 with every rounding of the
/// computation itself covered by a relative allowance of 2^-40. Immutable; thread-safe.
class Bounds {
 public:
  /// inv_freq: exact frequencies of the spec, rounded to binary64, one for each pair.
  Bounds(const Spec& spec, const Contract& contract, DType dtype, std::vector<double> inv_freq);

  /// S1: |f - inv_freq| of the frequency that the contract's formula yields, radians per position.
  double frequency(int pair) const { return frequency_[static_cast<std::size_t>(pair)]; }

  /// Position term + S2 alone, radians: what is left of the angle error when f is the same in both placements.
  double product(std::int64_t position, int pair) const;

  /// The same for an implementation whose frequency is its own affair, within 2^-7 of the exact one (a bf16 inv_freq, a
  /// wrong base's neighbour): no product counts as exact.
  double product_near(std::int64_t position, int pair) const;

  /// Delta = |p| S1 + position term + S2, radians.
  double angle(std::int64_t position, int pair) const;

  /// What each stage may lose by itself: radians up to the angle (the position's rounding and that of the product
  /// apart), then units of r; each stage's own rounding of what the stages before it hand over.
  struct Stages {
    double frequency, position, angle;
    double trigonometry, table, rotation, output;
  };
  Stages stages(std::int64_t position, int pair, double cos, double sin) const;

  /// L: everything after the angle (trigonometry, attention factor, table, rotation, last rounding), at any angle: an
  /// error that grows with it (arg) counts as the largest possible here, as what it is in rotation().
  double rounding(double cos, double sin) const;

  /// rounding() at |cos| = |sin| = A: at most this at any angle.
  double largest_rounding() const { return largest_rounding_; }

  /// E(alpha, beta) = A·2·sin(min(alpha·Delta, pi)/2) + beta·L, for one pair whose exact cos and sin (attention factor
  /// included) are given.
  double rotation(std::int64_t position, int pair, double cos, double sin, double alpha, double beta) const {
    return rotation(errors(position, pair, cos, sin), alpha, beta);
  }

  /// What rotation() is made of, for several (alpha, beta) at one place.
  struct Errors {
    double angle = 0;     ///< Delta
    double rounding = 0;  ///< L
  };
  Errors errors(std::int64_t position, int pair, double cos, double sin) const;
  double rotation(const Errors& errors, double alpha, double beta) const;

  /// rounding() where no error grows with the angle: at most the L of any place with |cos|, |sin| no smaller than
  /// these.
  double least_rounding(double cos, double sin) const { return rounding_at(cos, sin, 0); }

  /// The absolute term for results in the subnormal range, to be added once: not scaled by r.
  double underflow() const;

  /// 2·[rho + kappa(1 + rho)](A + D'): how far two rotations by one table may differ, for r = 1.
  double two_rotations(double cos, double sin) const;

  double attention_factor() const { return attention_factor_; }

 private:
  struct Held {
    double value, off;
  };
  Held position_held(double p) const;
  struct ProductParts {
    double position, product;  ///< of the factors, and S2
  };
  ProductParts product_parts(std::int64_t position, int pair, double f, bool f_is_one) const;
  double product_of(std::int64_t position, int pair, double f, bool f_is_one) const;
  double rounding_at(double cos, double sin, double angle) const;

  Contract contract_;
  double attention_factor_;
  std::vector<double> inv_freq_;
  std::vector<double> frequency_;
  bool given_;
  std::vector<RotationBound> sides_;
  double largest_rounding_;
};

}  // namespace rope
