// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A small transformer with fixed random weights, computed in binary64 but for the rotation: what an error of RoPE does
// through several layers to what the model predicts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "conformance/attention/ways.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// Four layers (RMS norm, causal attention, RMS norm, gated feed-forward) of width 256, or of one head where that is
/// wider, over a vocabulary of 256. Weights are uniform, keyed by the seed, and of a size that keeps every stage's
/// numbers near 1; scores spread by about 2.
class SmallTransformer {
 public:
  explicit SmallTransformer(const Probe& probe);
  ~SmallTransformer();
  SmallTransformer(const SmallTransformer&) = delete;
  SmallTransformer& operator=(const SmallTransformer&) = delete;

  static constexpr std::int64_t tokens = 64;
  static constexpr std::size_t vocabulary = 256;

  /// [tokens][vocabulary] of random tokens that stand at first .. first + tokens - 1. q and k are rounded to the dtype
  /// before they are rotated, in every way alike. Nothing where the way gave nothing.
  std::optional<std::vector<double>> logits(Ways& ways, Way way, std::int64_t first) const;

 private:
  struct Weights;
  const Probe& probe_;
  std::unique_ptr<const Weights> weights_;
};

/// Predictions of every token against those of the exact rotation. Nothing where the implementation did not answer.
std::optional<reports::AttentionEffect> small_transformer(Ways& ways, const Probe& probe, const SmallTransformer& model,
                                                          std::int64_t first);

}  // namespace rope::conformance
