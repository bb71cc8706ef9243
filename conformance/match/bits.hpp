// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a report says of one response's bits: the match with a contract, the stage that differs, the split of the error.
#pragma once

#include <string>

#include "conformance/checks/response.hpp"
#include "fixtures/fixture.hpp"
#include "reference/contract.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// A match that only says what was wanted: model, dtype, pipeline, contract.
reports::Match unmatched(const std::string& pipeline, const fixtures::Fixture& fixture, const Contract& contract,
                         DType dtype);

/// Of a response with status ok. `pipeline` is the contract's name. Where the contract cannot be emulated the reason is
/// given, and the split has bounds alone. `other`: what was found in the other pairing, if that was asked before; where
/// both have every bit the split is the same, and only `other` has it.
reports::Match bits_of(const Response& response, const fixtures::Fixture& fixture, const std::string& pipeline,
                       const Contract& contract, const reports::Match* other = nullptr);

/// Share, first difference and stage in one line; empty where all bits are equal.
std::string match_message(const reports::Match& match);

/// Two pairings of one model and dtype as one: counts add up, the rest is of the one with fewer bits, or the first.
reports::Match merged(const reports::Match& one, const reports::Match& other);

}  // namespace rope::conformance
