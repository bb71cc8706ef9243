// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// golden-table, golden-rotation and long-context: a response held against the fixture.
#pragma once

#include <optional>

#include "conformance/checks/accuracy.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// A judged range of a response, as a report's case has it. `id` and `reproduce` are filled in by the runner.
struct JudgedCase {
  reports::Case record;
  Accuracy accuracy;
};

/// Cells a case is about and how strictly.
JudgedCase golden_table(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                        bool accept_declared);
JudgedCase golden_rotation(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                           bool accept_declared);

struct LongContext {
  JudgedCase judged;
  reports::Horizon horizon;
};
/// All positions; failing past the model's own limit is a warning.
LongContext long_context(const Response& response, const fixtures::Fixture& fixture, const Judge& judge,
                         bool accept_declared);

/// The verdict on a range that was compared: the grade against the usual pipeline, and the declared contract.
reports::Case judge_range(DType dtype, const Judge& judge, const Accuracy& accuracy, bool accept_declared);

/// A case that held inside the model's limit and not past it warns.
void warn_past_the_limit(reports::Case& inside, const Accuracy& past);

/// Crashed, timed out, unsupported or failed: the case for a response without outputs.
reports::Case unanswered(RotateAnswer::Status status, const std::string& message);

}  // namespace rope::conformance
