// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A model as a user names it: a file, a folder, or a name of the catalogue.
#pragma once

#include <string>

#include "conformance/comparing/comparison.hpp"

namespace rope::conformance {

/// Names and files may end in @ and a convention (fixtures/conventions.hpp): gpt-oss-20b@ggml. A name of the catalogue
/// wins over a file of that name. Throws UsageError, fixtures::ConfigError.
NamedModel named_model(const std::string& text);

/// Throws UsageError where the catalogue has no such model.
NamedModel catalogue_model(const std::string& text);

/// A file of the whole text's name wins. Throws fixtures::ConfigError.
NamedModel model_of_file(const std::string& text);

}  // namespace rope::conformance
