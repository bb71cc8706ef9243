// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// pairing-equivalence: interleaved(P x) = P half-split(x) for the permutation P between the two pairings.
#pragma once

#include "conformance/checks/golden.hpp"

namespace rope::conformance {

/// Both pairings were driven with the same pairs, so equal mathematics means equal outputs in pair order.
reports::Case pairing_equivalence(const Response& half_split, const Response& interleaved,
                                  const fixtures::Fixture& fixture, const Judge& judge);

/// The implementation has one pairing: the other is made of it by the suite's own permutation and held against the
/// golden rotation.
reports::Case pairing_equivalence_of_one(const Response& only, const fixtures::Fixture& fixture, const Judge& judge,
                                         bool accept_declared);

}  // namespace rope::conformance
