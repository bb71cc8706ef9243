// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Why a library cannot be loaded, for the person who has to repair it: what was expected, what was found, what to do
// next. None of it loads anything.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/protocol/messages.hpp"

namespace rope::conformance {

/// What can be seen without loading: not there, a directory, not readable, empty, not a shared library, one for another
/// machine, cut off. Nothing where loading may be tried.
std::optional<std::string> problem_before_loading(const std::filesystem::path& library);

/// A worker's report that loading failed.
std::string explain_not_loaded(const std::filesystem::path& library, const protocol::NotLoaded& report);

/// The worker was lost while loading. `what`: how, after "it"; `printed`: the last that it printed.
std::string explain_lost_while_loading(const std::filesystem::path& library, std::string_view what,
                                       std::string_view printed);

}  // namespace rope::conformance
