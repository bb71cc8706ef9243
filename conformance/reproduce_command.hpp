// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The command line that repeats one case.
#pragma once

#include <filesystem>
#include <string>

#include "conformance/runner.hpp"

namespace rope::conformance {

/// Carries whatever of the run's options decides what the case is and how it is judged.
std::string reproduce_command(const RunContext& context, const std::filesystem::path& library, const CaseId& id);

}  // namespace rope::conformance
