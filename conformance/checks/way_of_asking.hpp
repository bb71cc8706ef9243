// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One way of asking for the same rotation, and every way there is of each thing that may be asked in several.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "conformance/checks/tokens.hpp"

namespace rope::conformance {

/// All that is varied.
struct WayOfAsking {
  Arrangement arrangement;
  Direction direction = Direction::forward;
  bool other_pairing_out = false;
  bool q_alone = false;
  double query_scale = 1;
  bool several_axes = false;  ///< a position on each of them for each token
  bool other_head = false;    ///< partial heads where the model rotates whole ones, and the reverse
};

using Change = std::function<void(WayOfAsking&)>;

/// One thing that can be asked in several ways; the first is the plainest, and goes with every other.
using Factor = std::vector<Change>;

/// Which there are for tensors of `dtype`.
std::vector<Factor> all_factors(DType dtype);

/// Whether it can be a call at all, whoever takes it.
bool makes_sense(const WayOfAsking& way);

/// Requests for a model, each the same but for the way.
class AskedWays {
 public:
  explicit AskedWays(const Probe& probe);
  AskedWays(const AskedWays&) = delete;
  AskedWays& operator=(const AskedWays&) = delete;

  RotateRequest request(const WayOfAsking& way) const;
  std::string words(const WayOfAsking& way) const;
  /// False where heads have too few pairs for it.
  bool has_several_axes() const { return !pair_axis_.empty(); }

 private:
  std::vector<std::int64_t> positions(const WayOfAsking& way) const;
  std::vector<std::int64_t> on_each_axis(const WayOfAsking& way, int rows) const;

  const Probe& probe_;
  fixtures::Fixture other_head_;
  Probe of_other_head_;
  Tokens tokens_, of_other_heads_;  ///< of every request, wherever they stand
  std::string axes_;                ///< "Qwen2-VL's bands"
  std::vector<std::uint32_t> pair_axis_;
};

}  // namespace rope::conformance
