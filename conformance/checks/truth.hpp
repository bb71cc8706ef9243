// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The certified truth of any spec, with the limits of an implementation on it: what outputs are held against where
// there is no fixture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "conformance/checks/deviation.hpp"
#include "reference/certified/table.hpp"

namespace rope::conformance {

class Truth {
 public:
  /// For positions 0 .. spec.max_position - 1. `declared`: the implementation's contract for this dtype, if it has one.
  Truth(const Spec& spec, DType dtype, const std::optional<Contract>& declared);

  const CertifiedTable& table() const { return table_; }

  /// E of the usual pipeline at each strictness, and of the contract, for r = 1 at one place; `cos` and `sin` are the
  /// exact ones. `supplied`: the suite made frequencies, angles or tables and rounded them.
  Limits limits(std::int64_t position, int pair, double cos, double sin, bool supplied) const;

  /// What is added to r times that where a result may be subnormal.
  Limits underflow() const;

  /// The frequencies themselves are known to this relative error only (numbers that were handed out in binary64).
  void frequencies_known_to(double relative) { frequency_error_ = relative; }

 private:
  CertifiedTable table_;
  Bounds usual_;
  std::optional<Bounds> declared_;
  double frequency_error_ = 0;
};

/// Holds every output of a call against the truth of its spec: both directions, negative positions (the transpose of
/// their opposites), the query's scale, outputs in another pairing, each pair at the position of its own axis; elements
/// that do not rotate must be those of the inputs, bit for bit.
void add_true(Deviations& deviations, const Truth& truth, const RotateRequest& request, const RotateAnswer& answer,
              const std::string& what);

/// Why the answer says nothing of the truth: the suite's own numbers were rounded to too few bits for it. Nothing where
/// it does say something.
std::optional<std::string> too_coarse(const RotateAnswer& answer);

}  // namespace rope::conformance
