// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a bench says while it measures, and how it hands its figures over.
#pragma once

#include <string_view>

namespace rope::bench {

/// On stderr, and only where a person looks. Round -1 is warming up.
void show_progress(std::string_view what, int round, int rounds);
void end_progress();

/// Throws std::system_error where not all of it can be written.
void write_all(int descriptor, std::string_view text);

}  // namespace rope::bench
