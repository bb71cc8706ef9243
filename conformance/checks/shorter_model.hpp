// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A model with fewer positions, for checks that ask for many specs: where tables are supplied they have a row for each
// position, and there would be many. Long contexts are for other checks.
#pragma once

#include <algorithm>
#include <cstdint>

#include "conformance/checks/probe.hpp"
#include "rope_impl.h"

namespace rope::conformance {

/// As many positions as the certified truth, and tables that are supplied, are made for.
inline std::int64_t affordable_positions(const Probe& probe) {
  constexpr std::int64_t most_rows = 4096;
  constexpr std::int64_t most_positions = std::int64_t{1} << 20;
  const bool supplied =
      probe.description != nullptr && (probe.description->sources & ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC)) == 0;
  return supplied ? most_rows : most_positions;
}

class ShorterModel {
 public:
  ShorterModel(const Probe& of_the_model, std::int64_t most_positions)
      : fixture_(shortened(of_the_model.fixture, most_positions)), probe_(about(of_the_model, fixture_)) {}
  ShorterModel(const ShorterModel&) = delete;
  ShorterModel& operator=(const ShorterModel&) = delete;

  /// That of the model, on the shorter one.
  const Probe& probe() const { return probe_; }

 private:
  static fixtures::Fixture shortened(const fixtures::Fixture& model, std::int64_t most_positions) {
    fixtures::Fixture out;
    out.spec = model.spec;
    out.spec.max_position = std::min(out.spec.max_position, most_positions);
    out.seed = model.seed;
    return out;
  }

  fixtures::Fixture fixture_;
  Probe probe_;
};

}  // namespace rope::conformance
