// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// From the command line's models and configurations to specs and the golden fixtures for them.
#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/options.hpp"
#include "fixtures/fixture.hpp"
#include "reference/spec.hpp"

namespace rope::conformance {

/// Exit code 2: what() says what was expected, what was found and what to do next.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ChosenModel {
  std::string name;
  std::string argument;  ///< what chooses it again: "--model llama-3-8b", "--config path"
  Spec spec;
  std::string not_tested = {};  ///< what else the model's file has, and why nothing asks for it
};

/// All positions a run looks at lie below this: the model's limit, or 131072 where that is more.
std::int64_t default_extent(const Spec& spec);

/// Where nothing is chosen, the models that stand for the others of the catalogue (representatives.hpp), or with a
/// folder of fixtures what it has of the catalogue. "all" is every model; a model whose layers have RoPE of several
/// types is chosen whole by its name, and one type of layer by "model.layer". Throws UsageError, fixtures::ConfigError,
/// fixtures::FileError.
std::vector<ChosenModel> chosen_models(const ModelChoice& choice, const std::filesystem::path& fixtures_folder = {});

struct GoldenFixture {
  ChosenModel model;
  std::filesystem::path path;
  fixtures::Fixture fixture;
};

/// Called with (model, rows done, rows in all) while a fixture is made.
using FixtureProgress = std::function<void(const std::string&, std::size_t, std::size_t)>;

/// Reads the fixture for each model from `folder`. With `make`, one that is missing or was made for another request is
/// made first, so that expected values always come out of a file. Throws UsageError, fixtures::FileError.
std::vector<GoldenFixture> golden_fixtures(const std::vector<ChosenModel>& models, const std::filesystem::path& folder,
                                           bool make, std::size_t positions, std::uint64_t seed, int jobs,
                                           const FixtureProgress& progress);

}  // namespace rope::conformance
