// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The renderers of a Record. Each gives the whole text; nothing here writes files or knows where it goes.
#pragma once

#include <string>

#include "reports/record.hpp"

namespace rope::reports {

std::string render_json(const Record& record);      ///< report.json; keys in docs/reading-a-report.md
std::string render_junit(const Record& record);     ///< report.xml: one testcase per Case
std::string render_markdown(const Record& record);  ///< report.md

/// The summary for a terminal: one screen of `columns` columns (at least 60), in the order maths, accuracy, bits,
/// memory, not tested, scope, rules, time. `colour` adds ANSI colours.
std::string render_terminal(const Record& record, int columns, bool colour);

}  // namespace rope::reports
