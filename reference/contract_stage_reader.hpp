// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Inside the contract code: one stage's words become the values of an Arithmetic.
#pragma once

#include <optional>
#include <string>

#include "reference/contract.hpp"
#include "reference/contract_stages.hpp"
#include "reference/contract_words.hpp"

namespace rope {

/// Reads the stage into `to`. What the grammar has and this version cannot bound is refused by name, never ignored:
/// then `error` says what was found and what is expected. An error that is already there stays.
void read_stage(StageOf number, const Stage& stage, std::optional<Side> side, Arithmetic& to, std::string& error);

/// "contract stage "freq": found ...; expected ..."
void refuse_stage(const Stage& stage, const std::string& found, const std::string& accepted, std::string& error);

/// For stages without an operation, and without an error term.
void refuse_operation(const Stage& stage, std::string& error);
void refuse_term(const Stage& stage, std::string& error);

}  // namespace rope
