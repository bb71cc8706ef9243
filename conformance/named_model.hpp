// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A model as a user names it: a file, a folder, or a name of the catalogue.
#pragma once

#include <string>

#include "conformance/comparing/comparison.hpp"

namespace rope::conformance {

/// A name of the catalogue wins over a file of that name. Throws UsageError, fixtures::ConfigError.
NamedModel named_model(const std::string& name);

/// Throws UsageError where the catalogue has no such model.
NamedModel catalogue_model(const std::string& name);

}  // namespace rope::conformance
