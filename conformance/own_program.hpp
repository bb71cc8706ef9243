// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The programs that the tool starts (the worker, the bench): where they lie, seen from the tool.
#pragma once

#include <filesystem>
#include <string>

namespace rope::conformance {

/// Beside the tool, as in a build folder, or else where an installation has it (libexec/rope-conform). Everything is
/// relative to the running tool, so that a folder with all of it may be moved. Throws std::runtime_error with both
/// places when neither has a program that can be started.
std::filesystem::path own_program(const std::string& name);

}  // namespace rope::conformance
