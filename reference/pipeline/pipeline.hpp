// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The pipeline emulator: from a contract to the bits that an implementation with exactly that arithmetic gives.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/contract.hpp"
#include "reference/dtype.hpp"
#include "reference/exact.hpp"
#include "reference/spec.hpp"

namespace rope {

/// Nothing where the contract pins every operation down for this family, so that its bits can be computed; otherwise
/// which stage leaves what open ("rotate=f32:any leaves open which products are fused"), in one sentence.
std::optional<std::string> not_pinned(const Contract& contract, const Spec& spec);

/// The frequencies that the contract's formula gives, as held, where the stage freq is pinned; nothing otherwise.
std::optional<std::vector<double>> declared_inv_freq(const Contract& contract, const Spec& spec);

/// The arithmetic of a pinned contract on one spec. Immutable; safe to share between threads. Operations called "glibc"
/// are those of the C library this program runs with.
class Pipeline {
 public:
  /// Throws std::invalid_argument with not_pinned's sentence.
  Pipeline(const Spec& spec, const Contract& contract, DType dtype);
  ~Pipeline();
  Pipeline(Pipeline&&) noexcept;
  Pipeline& operator=(Pipeline&&) noexcept;

  DType dtype() const;
  const std::vector<double>& inv_freq() const;  ///< as held

  /// Whether the angle can be emulated there: two fp32 words hold the product up to |position| 2^24 as held. The
  /// functions below throw std::invalid_argument elsewhere.
  bool reaches(std::int64_t position) const;

  /// What each stage holds at one position and pair.
  struct Stages {
    double position = 0;  ///< as it enters the product
    double inv_freq = 0;
    double angle = 0;
    double trig_cos = 0, trig_sin = 0;    ///< before the attention factor
    double table_cos = 0, table_sin = 0;  ///< as the rotation uses them
  };
  Stages stages(std::int64_t position, int pair) const;

  /// table_cos and table_sin of a whole position, for all pairs.
  void table(std::int64_t position, double* cos, double* sin) const;

  /// The rotated pair as the sums have it: before a factor that is multiplied with the output, and before the last
  /// rounding.
  std::array<double, 2> sums(double table_cos, double table_sin, std::uint32_t x0, std::uint32_t x1,
                             Direction direction) const;

  /// Bits of the rotated pair from its bits and the table's values.
  std::array<std::uint32_t, 2> rotate(double table_cos, double table_sin, std::uint32_t x0, std::uint32_t x1,
                                      Direction direction) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace rope
