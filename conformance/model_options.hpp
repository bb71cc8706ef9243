// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The options that choose models, and those of the verbs that are about models alone: search, explain, diff.
#pragma once

#include "conformance/options.hpp"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace rope::conformance {

/// --config and --model.
void add_choice(CLI::App& app, ModelChoice& choice);

void add_search(CLI::App& app, SearchOptions& search);
void add_explain(CLI::App& app, ExplainOptions& explain);
void add_diff(CLI::App& app, DiffOptions& diff);

/// Refuses an empty word where a name or a file is meant.
CLI::Validator not_empty();

}  // namespace rope::conformance
