// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What an exhaustive pass adds to the sampled golden checks: their verdicts over every position, horizons, tiers.
#pragma once

#include <cstdint>
#include <optional>

#include "conformance/checks/golden.hpp"
#include "conformance/exhaustive/sweep.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// golden-table and golden-rotation: the sampled case with the same heads at every position below the limit added.
/// `swept`: the part of the pass with those heads.
void add_swept(JudgedCase& sampled, const Sweep& sweep, const SweepAccuracy& swept, const Judge& judge, DType dtype,
               bool accept_declared);

/// long-context, with the horizon over every position and the tiers.
void add_swept(LongContext& sampled, const Sweep& sweep, const Judge& judge, DType dtype, bool accept_declared);

/// Tiers of one pass. `contract_holds`: one is declared, it is not below the floor, every cell to the limit is inside
/// it and it says something everywhere there.
/// `to`: the tier is about positions below this; where the pass did not come so far it is "unknown".
reports::Tiers tiers_of(const Sweep& sweep, std::int64_t to, bool contract_holds);

/// The same model and dtype in the other pairing: the worse of the two.
void merge(reports::Tiers& mine, const reports::Tiers& other);

}  // namespace rope::conformance
