// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 of a file, so that a report says which library it is about.
#pragma once

#include <filesystem>
#include <string>

namespace rope::conformance {

/// Hex; empty where the file cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace rope::conformance
