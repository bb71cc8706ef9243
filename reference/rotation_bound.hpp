// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Inside Bounds: S3 to S5 of docs/numerics.md for the stages of one tensor in one direction.
#pragma once

#include "reference/contract.hpp"
#include "reference/dtype.hpp"

namespace rope {

class RotationBound {
 public:
  /// attention_factor: its absolute value.
  RotationBound(const Arithmetic& arithmetic, double attention_factor);

  /// L at one pair's cos and sin (attention factor included), for an angle of at most `angle` radians.
  double rounding(double cos, double sin, double angle) const;

  /// How far two results may differ that come from one table.
  double two_rotations(double cos, double sin, double angle) const;

  /// What L is made of, stage by stage, for r = 1. Together no less than L; where the factor stands with elements or
  /// outputs, trigonometry and table are those of a table without it, and count A times.
  struct Parts {
    double trigonometry, table, rotation, output;
  };
  Parts parts(double cos, double sin, double angle) const;

  double underflow() const { return underflow_; }

 private:
  double trigonometry(double plain, double angle) const;           // S3 of |cos| or |sin|
  double component(double exact, double angle) const;              // S3 and S4 of one table entry
  double table(double cos, double sin, double angle) const;        // D'
  double after(double before, double modulus, double held) const;  // what follows the table
  double underflow_of() const;

  bool factor_in_table() const;

  Arithmetic c_;
  double a_;       // attention factor
  double factor_;  // relative error of the factor as held
  double input_;   // relative error of the elements as the rotation reads them
  double rho_;
  double kappa_;
  double underflow_;
};

}  // namespace rope
