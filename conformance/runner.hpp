// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs the checks over one implementation and gathers the record of it.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "conformance/chosen_models.hpp"
#include "conformance/driving/driver.hpp"
#include "conformance/match/wanted.hpp"
#include "conformance/options.hpp"
#include "reference/contract.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// A case by its parts; id is check/model/dtype/pairing, where pairing-equivalence and the property checks have "both".
struct CaseId {
  std::string check, model, dtype, pairing;
  std::string text() const { return check + "/" + model + "/" + dtype + "/" + pairing; }
};
std::optional<CaseId> parse_case_id(const std::string& text);

struct RunContext {
  const RunOptions& options;
  const std::vector<GoldenFixture>& fixtures;
  std::function<void(const std::string&)> progress;  ///< what is being done; may be empty
  std::function<bool()> interrupted;                 ///< asked between calls
  /// Of an exhaustive pass: which, positions done, positions in all, seconds since it began. May be empty.
  std::function<void(const std::string&, std::int64_t, std::int64_t, double)> progress_of_pass = {};
  const WantedPipeline* wanted = nullptr;  ///< of --match
};

/// What --match asks for, if it is given, for the models and dtypes of the run. Throws UsageError where it cannot be
/// read, emulated or judged.
std::optional<WantedPipeline> wanted_of(const RunOptions& options, const std::vector<ChosenModel>& models);

/// Which cases there are for these options. Up to three models: every golden check in both pairings. More: dtype,
/// pairing and model pairwise, and each property check on one model for each dtype, so that reports stay within 200
/// cases. `description`, where it is known, keeps the pairing to one that the implementation has. With `wanted`, its
/// dtypes are matched on every model besides. Throws UsageError where nothing is selected.
std::vector<CaseId> select_cases(const RunOptions& options, const std::vector<ChosenModel>& models,
                                 const Description* description = nullptr, const WantedPipeline* wanted = nullptr);

/// An implementation that is loaded in its worker, and what it declares.
struct Loaded {
  std::filesystem::path library;
  std::unique_ptr<Driver> driver;
  Description description;
  std::map<DType, Contract> contracts;
};

/// A LoadProblem is exit code 3; a contract that cannot be read is one.
std::variant<Loaded, LoadProblem> load(const DriverOptions& options, const std::filesystem::path& library);

/// Runs the given cases in order. `interrupted` gives a partial record with exit code 130.
reports::Record run_cases(const RunContext& context, Loaded& implementation, const std::vector<CaseId>& cases);

}  // namespace rope::conformance
