// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which cases a run has, and how each is called.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/chosen_models.hpp"
#include "conformance/driving/driver.hpp"
#include "conformance/match/wanted.hpp"
#include "conformance/options.hpp"
#include "fixtures/qk_file.hpp"

namespace rope::conformance {

/// A case by its parts; id is check/model/dtype/pairing, where pairing-equivalence, must-support and the property
/// checks have "both".
struct CaseId {
  std::string check, model, dtype, pairing;
  std::string text() const { return check + "/" + model + "/" + dtype + "/" + pairing; }
};
std::optional<CaseId> parse_case_id(const std::string& text);

/// What --match asks for, if it is given, for the models and dtypes of the run. Throws UsageError where it cannot be
/// read, emulated or judged.
std::optional<WantedPipeline> wanted_of(const RunOptions& options, const std::vector<ChosenModel>& models);

/// What --qk names, if it is given. Throws FileError where it cannot be read, UsageError where it is not of the one
/// model of the run.
std::optional<fixtures::QkFile> qk_of(const RunOptions& options, const std::vector<ChosenModel>& models);

/// Which cases there are for these options, at most 200 without `wanted`. Up to three models: every golden check in
/// both pairings, and R7 to R16 on each model. More: dtype, pairing and model pairwise, and R7 to R16 on one model for
/// each dtype. The checks of the whole interface, R19 and on, always take one model for each dtype; from three models
/// on relative-position and pairing-equivalence take one dtype for each model in turn. must-support is one case, and so
/// is families, in the first dtype that is claimed. attention-effect takes the claimed model with the longest context,
/// in each dtype; the smoke profile leaves it out unless --check or --qk ask for it. `description`, where it is known,
/// keeps the pairing to one that the implementation has. With `wanted`, its dtypes are matched on every model besides.
/// Throws UsageError where nothing is selected.
std::vector<CaseId> select_cases(const RunOptions& options, const std::vector<ChosenModel>& models,
                                 const Description* description = nullptr, const WantedPipeline* wanted = nullptr);

}  // namespace rope::conformance
