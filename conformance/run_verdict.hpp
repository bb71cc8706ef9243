// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The rules that turn the verdicts of cases into that of the run and its exit code (docs/conformance.md, "Verdicts").
#pragma once

#include "conformance/record_of_run.hpp"
#include "conformance/runner.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// Fills in verdict, exit code and verdict sentence from the record's checks and bits.
void decide(reports::Record& record, const RunContext& context, const RunFindings& findings);

}  // namespace rope::conformance
