// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The declared truth: the exact function of the frequencies that a contract pins down, which a model trained with them
// wants. A contract is judged on it, so that an error of the frequencies excuses nothing after them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "reference/bounds.hpp"
#include "reference/certified/table.hpp"
#include "reference/contract.hpp"
#include "reference/spec.hpp"

namespace rope::conformance {

/// Immutable, thread-safe.
class DeclaredTruth {
 public:
  /// For positions 0 .. extent - 1. Null where there is none: the frequencies are not pinned, positions may change on
  /// their way into the product, angles are not one product, or the extent is past one window of the certified table.
  /// Then the exact truth and the bound with S1 stand in, which is looser and as sound.
  static std::shared_ptr<const DeclaredTruth> make(const Spec& spec, const Contract& contract, DType dtype,
                                                   std::int64_t extent);

  /// The same spec with the frequencies as held.
  const Spec& spec() const { return table_.spec(); }
  /// Of the contract on that spec: no frequency error.
  const Bounds& bounds() const { return bounds_; }
  const CertifiedTable& table() const { return table_; }

 private:
  DeclaredTruth(const Spec& held, const Contract& contract, DType dtype, std::int64_t extent);

  CertifiedTable table_;
  Bounds bounds_;
};

}  // namespace rope::conformance
