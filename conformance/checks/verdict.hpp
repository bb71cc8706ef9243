// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// How ratios of errors to bounds become a verdict: the usual pipeline's limits, the declared contract, the floor below
// which a contract does not conform, and --accept-declared.
#pragma once

#include <cstdint>
#include <optional>

#include "reference/contract.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// error / bound, never a NaN: 0 where there is no error, infinite where the error is not a finite number (whatever the
/// bound) or no positive bound is there to hold it against.
double ratio_of(double error, double bound);

/// The largest of all cells.
struct Ratios {
  double equal = 0;                ///< to E(1, 1) of the usual pipeline
  double failing = 0;              ///< to E(16, 2)
  std::optional<double> contract;  ///< to the declared contract's own bound, where one is declared
  /// From where on that bound says nothing, at a position below the model's limit (empty_contract.hpp).
  std::optional<std::int64_t> contract_empty_from = std::nullopt;
};

/// Whether a contract below the floor is a failure in itself. It is where outputs are held against the truth; a check
/// in which the stages below the floor drop out has nothing to say of them.
enum class Floor : std::uint8_t { counts, does_not_count };

enum class Because : std::uint8_t {
  nothing,       ///< pass
  contract,      ///< fail: outside the declared contract
  limit,         ///< fail: beyond E(16, 2)
  below_floor,   ///< fail: the contract is weaker than conforming allows
  accepted,      ///< warning: it is, and --accept-declared was given
  says_nothing,  ///< fail: it is and was given, but everything is inside the contract's bound somewhere
  looser,        ///< warning: beyond E(1, 1)
};

struct Decision {
  reports::Verdict verdict = reports::Verdict::pass;
  Because because = Because::nothing;
  bool by_contract = false;  ///< the contract's ratio is the one to show, else that of E(16, 2)
  double ratio = 0;          ///< the one to show
};

/// Of a check that compared at least one cell. `contract`: the declared one. One that says nothing somewhere is never
/// accepted: --accept-declared then changes the reason of a failure at most.
Decision verdict_from(const Ratios& ratios, const std::optional<Contract>& contract, bool accept_declared, Floor floor);

}  // namespace rope::conformance
