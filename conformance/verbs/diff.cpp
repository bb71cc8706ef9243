// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform diff: models against the first of them.
#include <fmt/format.h>

#include <filesystem>
#include <span>
#include <system_error>
#include <vector>

#include "conformance/chosen_models.hpp"
#include "conformance/comparing/comparison.hpp"
#include "conformance/named_model.hpp"
#include "conformance/terminal.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/replace_file.hpp"

namespace rope::conformance {

ExitCode diff(const DiffOptions& options) {
  std::vector<NamedModel> models;
  for (const std::string& name : options.models) models.push_back(named_model(name));
  if (!options.json.empty()) {
    for (const std::string& name : options.models) {
      std::error_code ignored;
      if (std::filesystem::equivalent(options.json, name, ignored)) {
        throw UsageError(fmt::format("--json {}: is a model that is compared; expected another file for the result",
                                     options.json.string()));
      }
    }
    if (const auto why = fixtures::cannot_replace(options.json)) {
      throw UsageError(fmt::format("--json {}: expected a file that can be written: {}", options.json.string(), *why));
    }
  }
  const reports::ComparisonReport report = compare(models);
  const Terminal terminal = look_at_terminal();
  fmt::print("{}", reports::render_comparison(report, terminal.columns, terminal.colour));
  if (!options.json.empty()) {
    const std::string text = reports::comparison_json(report);
    fixtures::replace_file(options.json, std::as_bytes(std::span(text)));
  }
  return report.same() ? ExitCode::conforms : ExitCode::does_not_conform;
}

}  // namespace rope::conformance
