// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which stage of a contract is not as the implementation does it, judged from outputs alone.
#pragma once

#include <string>
#include <vector>

#include "conformance/match/match.hpp"
#include "reference/contract.hpp"

namespace rope::conformance {

struct Suspect {
  std::string stage;              ///< "trig"; where nothing fits, in words the stages that it can be
  std::string instead;            ///< what fits better: "trig=f32:cr"; empty where no variant was better
  std::vector<std::string> also;  ///< other variants that give as many bits: they cannot be told apart here
  double share = 0;               ///< of the bits that the variant gives
  bool named = false;             ///< it gives `reproduced` of them or more
  std::string sentence() const;
};

/// For a response of which `matched` is the match with the contract, and not complete.
Suspect suspect(const Response& response, const fixtures::Fixture& fixture, const Contract& contract,
                const Matched& matched);

}  // namespace rope::conformance
