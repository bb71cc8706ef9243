// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Looks in the catalogue first, then for a file.
#include "conformance/named_model.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "conformance/chosen_models.hpp"
#include "fixtures/catalogue.hpp"
#include "fixtures/conventions.hpp"
#include "fixtures/model_file.hpp"

namespace rope::conformance {
namespace {

std::string known_models() {
  std::string known;
  for (const fixtures::Model& model : fixtures::catalogue()) known += (known.empty() ? "" : ", ") + model.name;
  return known;
}

std::string known_conventions() {
  std::string known;
  for (const fixtures::Convention& one : fixtures::conventions()) {
    known += fmt::format("{}@{}", known.empty() ? "" : ", ", one.name);
  }
  return "another program's reading is asked for by a name's end: " + known;
}

}  // namespace

NamedModel catalogue_model(const std::string& text) {
  const auto [name, convention] = fixtures::split_convention(text);
  const auto model = fixtures::find_model(name);
  if (!model) {
    throw UsageError(
        fmt::format("--model \"{}\": no such model in the catalogue; expected one of {}; or give your own "
                    "with --config; {}",
                    text, known_models(), known_conventions()));
  }
  fixtures::ModelDescription description = model->description;
  description.form = fmt::format("catalogue, {}", model->source);
  if (convention != nullptr) description = fixtures::read_by(*convention, std::move(description));
  return {text, std::move(description)};
}

NamedModel model_of_file(const std::string& text) {
  std::error_code error;
  const auto [name, convention] = fixtures::split_convention(text);
  const std::size_t at = text.rfind('@');
  if (convention == nullptr && at != std::string::npos && !std::filesystem::exists(text, error) &&
      std::filesystem::exists(text.substr(0, at), error)) {
    throw UsageError(fmt::format("{}: \"{}\" is no convention; {}", text, text.substr(at), known_conventions()));
  }
  if (convention == nullptr || std::filesystem::exists(text, error)) {
    return {text, fixtures::describe_model_file(text)};
  }
  fixtures::ModelDescription description = fixtures::describe_model_file(name);
  if (!description.layers.front().config) {
    throw UsageError(fmt::format("{}: a convention is what a program makes of a text model's config.json; {} is {}",
                                 text, name, description.form));
  }
  return {text, fixtures::read_by(*convention, std::move(description))};
}

NamedModel named_model(const std::string& text) {
  const std::string name = fixtures::split_convention(text).name;
  if (fixtures::find_model(name)) return catalogue_model(text);
  std::error_code error;
  if (name.find('/') == std::string::npos && !std::filesystem::exists(name, error) &&
      !std::filesystem::exists(text, error)) {
    throw UsageError(
        fmt::format("{}: neither a file nor a model of the catalogue; expected a config.json, a folder "
                    "with one, or one of {}; {}",
                    text.empty() ? "\"\"" : text, known_models(), known_conventions()));
  }
  return model_of_file(text);
}

}  // namespace rope::conformance
