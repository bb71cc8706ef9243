// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// R6: a call that wrote where it must not fails whatever its numbers.
#pragma once

#include <string>
#include <vector>

#include "reports/record.hpp"

namespace rope::conformance {

/// A case that crashed or timed out stays that; its message has the first fault before it.
void judge_memory(const std::vector<std::string>& faults, reports::Case& record);

}  // namespace rope::conformance
