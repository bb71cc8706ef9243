// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A model with fewer positions, for checks that ask for many specs: where tables are supplied they have a row for each
// position, and there would be many. Long contexts are for other checks.
#pragma once

#include <algorithm>

#include "conformance/checks/probe.hpp"

namespace rope::conformance {

class ShorterModel {
 public:
  ShorterModel(const Probe& of_the_model, std::int64_t most_positions)
      : fixture_(shortened(of_the_model.fixture, most_positions)), probe_(with(of_the_model, fixture_)) {}
  ShorterModel(const ShorterModel&) = delete;
  ShorterModel& operator=(const ShorterModel&) = delete;

  /// That of the model, on the shorter one.
  const Probe& probe() const { return probe_; }

  /// The same questions about another spec, which `fixture` holds.
  static Probe with(const Probe& probe, const fixtures::Fixture& fixture) {
    Probe out{probe.rotate, fixture, probe.judge, probe.dtype, probe.pairing};
    out.accept_declared = probe.accept_declared;
    out.in_place_only = probe.in_place_only;
    out.bits_required = probe.bits_required;
    out.description = probe.description;
    out.asked = probe.asked;
    return out;
  }

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
