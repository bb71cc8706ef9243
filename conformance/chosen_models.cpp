// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds a fixture by its spec, not by its file name.
#include "conformance/chosen_models.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "conformance/named_model.hpp"
#include "fixtures/catalogue.hpp"
#include "fixtures/contradiction.hpp"
#include "fixtures/conventions.hpp"
#include "fixtures/file.hpp"
#include "fixtures/generate.hpp"
#include "fixtures/model_file.hpp"

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t long_context = 131072;

constexpr std::string_view every_model = "all";

/// A name for reports and files: config.json is called after its folder, which may stand for it; other files after
/// themselves.
std::string name_of_config(const fs::path& text) {
  std::error_code error;
  const fixtures::NameAndConvention split = fixtures::split_convention(text.string());
  const bool whole = split.convention == nullptr || fs::exists(text, error);
  const fs::path path = whole ? text : fs::path(split.name);
  std::string stem = path.stem().string();
  if (stem == "config" || fs::is_directory(path, error)) {
    const fs::path file = fs::is_directory(path, error) ? path / "config.json" : path;
    const std::string folder = fs::absolute(file).lexically_normal().parent_path().filename().string();
    if (!folder.empty()) stem = folder;
  }
  std::string name;
  for (char c : stem) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    name += plain ? c : (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : '-';
  }
  if (name.empty()) name = "config";
  return whole ? name : fmt::format("{}@{}", name, split.convention->name);
}

/// A model whose layers have RoPE of several types is checked for each of them, and its tower for pictures as well.
void add_layers(std::vector<ChosenModel>& out, const std::string& name, const std::string& argument,
                const fixtures::ModelDescription& description) {
  const std::size_t first = out.size();
  for (const fixtures::LayerSpec& layer : description.layers) {
    out.push_back({layer.name.empty() ? name : name + "." + layer.name, argument, layer.spec, ""});
  }
  if (!description.tower_not_read.empty()) {
    out.at(first).not_tested = fmt::format("{}: its tower for pictures, as its vision_config is not read: {}", name,
                                           description.tower_not_read);
  }
}

std::vector<fs::path> fixture_files(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    throw UsageError(
        fmt::format("--fixtures \"{}\": expected a folder of .h5 files, found {}; make them with: "
                    "rope-conform generate --out {}",
                    folder.string(), fs::exists(folder, error) ? "a file" : "nothing", folder.string()));
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".h5") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The fixture's mathematics is the model's; which pairing the model uses does not matter, fixtures are in pair order.
bool same_mathematics(Spec a, const Spec& b) {
  a.pairing = b.pairing;
  return a == b;
}

/// Names end in the convention that is asked for; nullptr: none is.
std::vector<ChosenModel> catalogue_read_by(const fixtures::Convention* convention) {
  const std::string end = convention == nullptr ? "" : fmt::format("@{}", convention->name);
  std::vector<ChosenModel> out;
  for (const fixtures::Model& model : fixtures::catalogue()) {
    const std::size_t before = out.size();
    add_layers(out, model.name, "--model " + model.name + end,
               convention == nullptr ? model.description : fixtures::read_by(*convention, model.description));
    for (std::size_t n = before; n < out.size(); ++n) out[n].name += end;
  }
  return out;
}

std::vector<ChosenModel> representative_models() {
  std::vector<ChosenModel> out;
  for (const fixtures::Model& model : fixtures::catalogue()) {
    const fixtures::LayerSpec* const layer = fixtures::representative_layer(model);
    if (layer != nullptr) add_layers(out, model.name, "--model " + model.name, {"", {*layer}});
  }
  return out;
}

/// Of the catalogue, what the folder has fixtures for: one model for each, of several with the same mathematics the one
/// that the fixture was made for.
std::vector<ChosenModel> models_in(const fs::path& folder) {
  const std::vector<ChosenModel> all = catalogue_read_by(nullptr);
  std::set<std::string> found;
  const std::vector<fs::path> files = fixture_files(folder);
  for (const fs::path& file : files) {
    const fixtures::Header header = fixtures::read_header(file);
    const auto fits = [&](const ChosenModel& model) { return same_mathematics(header.spec, model.spec); };
    auto model = std::find_if(all.begin(), all.end(),
                              [&](const ChosenModel& one) { return one.name == header.model && fits(one); });
    if (model == all.end()) model = std::find_if(all.begin(), all.end(), fits);
    if (model != all.end()) found.insert(model->name);
  }
  std::vector<ChosenModel> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [&](const ChosenModel& model) { return found.count(model.name) != 0; });
  if (out.empty()) {
    throw UsageError(
        fmt::format("--fixtures {}: no fixture for a model of the catalogue among {} .h5 files; choose what they are "
                    "for with --config or --model, or make others with: rope-conform generate --out {}",
                    folder.string(), files.size(), folder.string()));
  }
  return out;
}

GoldenFixture find(const ChosenModel& model, const fs::path& folder, const std::vector<fs::path>& files) {
  for (const fs::path& file : files) {
    if (!same_mathematics(fixtures::read_header(file).spec, model.spec)) continue;
    fixtures::Fixture fixture = fixtures::read(file);
    if (const auto wrong = fixtures::contradiction(fixture)) {
      throw UsageError(fmt::format("{}: the fixture contradicts itself: {}; see all of it with: rope-conform verify {}",
                                   file.string(), *wrong, file.string()));
    }
    if (fixture.positions.empty() || fixture.positions.back() < model.spec.max_position - 1) {
      throw UsageError(
          fmt::format("{}: no position at or past the model's last, {}: nothing could be said of long contexts; "
                      "make a fixture with: rope-conform generate {}",
                      file.string(), model.spec.max_position - 1, model.argument));
    }
    return {model, file, std::move(fixture)};
  }
  throw UsageError(
      fmt::format("--fixtures {}: no fixture for {} among {} .h5 files; make it with: "
                  "rope-conform generate {} --out {}",
                  folder.string(), model.name, files.size(), model.argument, folder.string()));
}

/// Whether an existing file is what the request would give, apart from being intact.
bool answers(const fixtures::Fixture& fixture, const fixtures::Request& request) {
  return fixture.generator == fixtures::generator_version && fixture.model == request.model &&
         fixture.spec == request.spec && fixture.extent == request.extent && fixture.seed == request.seed &&
         fixture.positions == fixtures::positions_of(request);
}

GoldenFixture make_or_reuse(const ChosenModel& model, const fs::path& folder, const fixtures::Request& request,
                            const FixtureProgress& progress) {
  const fs::path path = folder / fmt::format("{}-{}.h5", model.name, request.max_positions);
  std::error_code error;
  if (fs::exists(path, error)) {
    try {
      fixtures::Fixture fixture = fixtures::read(path);
      if (answers(fixture, request)) return {model, path, std::move(fixture)};
    } catch (const fixtures::FileError&) {
      // Our own copy is broken or of another version: it is made again below, and read again after that.
    }
  }
  fs::create_directories(folder, error);
  if (error)
    throw UsageError(
        fmt::format("cannot make the folder \"{}\" for golden fixtures: {}; choose another --out, or remove "
                    "what is in the way",
                    folder.string(), error.message()));
  const auto report = [&](std::size_t done, std::size_t all) {
    if (progress) progress(model.name, done, all);
  };
  fixtures::write(fixtures::generate(request, report), path);
  return {model, path, fixtures::read(path)};
}

}  // namespace

std::int64_t default_extent(const Spec& spec) {
  return std::max(spec.max_position, long_context);
}

std::vector<ChosenModel> chosen_models(const ModelChoice& choice, const fs::path& fixtures_folder) {
  if (choice.models.empty() && choice.configs.empty() && !fixtures_folder.empty()) return models_in(fixtures_folder);
  std::vector<ChosenModel> out;
  for (const std::string& text : choice.models) {
    const std::size_t before = out.size();
    const auto [name, convention] = fixtures::split_convention(text);
    for (ChosenModel& model : catalogue_read_by(convention)) {
      // One type of layer of a model has a name of its own.
      const bool same = model.name == text || model.argument == "--model " + text;
      if (name == every_model || same) out.push_back(std::move(model));
    }
    if (out.size() > before) continue;
    std::string known;
    for (const fixtures::Model& other : fixtures::catalogue()) known += (known.empty() ? "" : ", ") + other.name;
    throw UsageError(fmt::format(
        "--model \"{}\": no such model in the catalogue; expected one of {}, or {} for all of them; or give "
        "your own with --config",
        text, known, every_model));
  }
  for (const fs::path& config : choice.configs) {
    const NamedModel model = model_of_file(config.string());
    const std::string name = name_of_config(config);
    add_layers(out, name, "--config " + config.string(), model.description);
    add_layers(out, name, "--config " + config.string(), {"", model.description.vision});
  }
  if (out.empty()) out = representative_models();
  std::set<std::string> names;
  for (const ChosenModel& model : out) {
    if (!names.insert(model.name).second) {
      throw UsageError(
          fmt::format("two chosen models are both called {}; give each --config file or its folder a name "
                      "of its own, and each --model once",
                      model.name));
    }
  }
  return out;
}

std::vector<GoldenFixture> golden_fixtures(const std::vector<ChosenModel>& models, const fs::path& folder, bool make,
                                           std::size_t positions, std::uint64_t seed, int jobs,
                                           const FixtureProgress& progress) {
  omp_set_num_threads(jobs);
  std::vector<GoldenFixture> out;
  const std::vector<fs::path> files = make ? std::vector<fs::path>{} : fixture_files(folder);
  for (const ChosenModel& model : models) {
    if (make) {
      const fixtures::Request request{model.name, model.spec, default_extent(model.spec), seed, positions};
      out.push_back(make_or_reuse(model, folder, request, progress));
    } else {
      out.push_back(find(model, folder, files));
    }
  }
  return out;
}

}  // namespace rope::conformance
