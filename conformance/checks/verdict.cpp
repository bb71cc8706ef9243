// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A contract tightens and never excuses: both limits hold, unless a contract below the floor is accepted by name, in
// which case it stands in for E(16, 2). A bound that everything is inside of stands in for nothing.
#include "conformance/checks/verdict.hpp"

#include <cmath>

namespace rope::conformance {

double ratio_of(double error, double bound) {
  if (error == 0) return 0;
  if (!std::isfinite(error) || !(bound > 0)) return HUGE_VAL;
  return error / bound;
}

Decision verdict_from(const Ratios& ratios, const std::optional<Contract>& contract, bool accept_declared,
                      Floor floor) {
  using reports::Verdict;
  const bool below = ratios.contract && contract && below_floor(*contract);
  const bool accepted = below && accept_declared && !ratios.contract_empty_from;
  const auto decide = [by_contract = accepted || (ratios.contract && *ratios.contract > ratios.failing), &ratios](
                          Verdict verdict, Because because) {
    return Decision{verdict, because, by_contract, by_contract ? *ratios.contract : ratios.failing};
  };
  // The larger ratio is shown, so that it names the limit that is left; where a contract is accepted, its own.
  const Decision shown = decide(Verdict::pass, Because::nothing);
  if (floor == Floor::counts && below && accept_declared && !accepted)
    return decide(Verdict::fail, Because::says_nothing);
  if (shown.ratio > 1) return decide(Verdict::fail, shown.by_contract ? Because::contract : Because::limit);
  if (floor == Floor::counts && accepted) return decide(Verdict::warning, Because::accepted);
  if (floor == Floor::counts && below) return decide(Verdict::fail, Because::below_floor);
  if (ratios.equal > 1) return decide(Verdict::warning, Because::looser);
  return shown;
}

}  // namespace rope::conformance
