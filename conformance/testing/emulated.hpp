// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Responses to a fixture as an implementation with exactly a contract's arithmetic would give them.
#pragma once

#include "conformance/checks/response.hpp"
#include "fixtures/fixture.hpp"
#include "reference/contract.hpp"

namespace rope::conformance {

/// The contract must parse; the test fails and the response is empty where it does not.
Contract contract_of(const std::string& text, DType dtype);

Response emulated_response(const fixtures::Fixture& fixture, const Contract& contract, DType dtype);

}  // namespace rope::conformance
