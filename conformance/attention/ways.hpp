// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The same q and k rotated in four ways: exactly, by the implementation, by the usual pipeline of the dtype, and
// exactly with one rounding. What attention makes of each is compared with what it makes of the first.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/checks/probe.hpp"
#include "reference/certified/table.hpp"

namespace rope {
class Pipeline;
}

namespace rope::conformance {

enum class Way : std::uint8_t { exact, implementation, usual, rounded };
inline constexpr std::array<Way, 4> all_ways{Way::exact, Way::implementation, Way::usual, Way::rounded};

/// Rotated tensors as numbers, as RotateRequest has them: [tokens][heads][head_dim].
struct RotatedNumbers {
  std::vector<double> q, k;
};

/// Of one spec, dtype and pairing. Not thread-safe: it drives the implementation.
class Ways {
 public:
  /// The spec of probe.fixture at positions 0 .. positions - 1.
  Ways(const Probe& probe, std::int64_t positions);
  ~Ways();
  Ways(const Ways&) = delete;
  Ways& operator=(const Ways&) = delete;

  const CertifiedTable& table() const { return table_; }

  /// Why there is no Way::usual: what its contract leaves open for this family. Empty where there is one.
  const std::string& no_usual() const { return no_usual_; }

  /// One row of tokens, forward. Nothing where the implementation did not answer (failure() has what it
  /// said), or where there is no usual pipeline.
  ///
  /// Exact values are products of binary64 numbers with the certified table's first level: within 2^-49 of the size of
  /// a pair. Way::rounded rounds those once more, to the dtype.
  std::optional<RotatedNumbers> rotate(Way way, const RotateRequest& request);

  const std::optional<RotateAnswer>& failure() const { return failure_; }

 private:
  std::vector<double> rotated(Way way, const RotateRequest& request, const std::vector<std::uint32_t>& in,
                              int heads) const;

  const Probe& probe_;
  CertifiedTable table_;
  std::unique_ptr<const Pipeline> usual_;
  std::string no_usual_;
  std::optional<RotateAnswer> failure_;
};

}  // namespace rope::conformance
