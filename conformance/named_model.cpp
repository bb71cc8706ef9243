// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Looks in the catalogue first, then for a file.
#include "conformance/named_model.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "conformance/chosen_models.hpp"
#include "fixtures/catalogue.hpp"
#include "fixtures/model_file.hpp"

namespace rope::conformance {
namespace {

std::string known_models() {
  std::string known;
  for (const fixtures::Model& model : fixtures::catalogue()) known += (known.empty() ? "" : ", ") + model.name;
  return known;
}

}  // namespace

NamedModel catalogue_model(const std::string& name) {
  const auto model = fixtures::find_model(name);
  if (!model) {
    throw UsageError(
        fmt::format("--model \"{}\": no such model in the catalogue; expected one of {}; or give your own "
                    "with --config",
                    name, known_models()));
  }
  fixtures::ModelDescription description = model->description;
  description.form = fmt::format("catalogue, {}", model->source);
  return {name, std::move(description)};
}

NamedModel named_model(const std::string& name) {
  if (fixtures::find_model(name)) return catalogue_model(name);
  std::error_code error;
  if (name.find('/') == std::string::npos && !std::filesystem::exists(name, error)) {
    throw UsageError(
        fmt::format("{}: neither a file nor a model of the catalogue; expected a config.json, a folder "
                    "with one, or one of {}",
                    name.empty() ? "\"\"" : name, known_models()));
  }
  return {name, fixtures::describe_model_file(name)};
}

}  // namespace rope::conformance
