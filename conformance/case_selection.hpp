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

namespace rope::conformance {

/// A case by its parts; id is check/model/dtype/pairing, where pairing-equivalence and the property checks have "both".
struct CaseId {
  std::string check, model, dtype, pairing;
  std::string text() const { return check + "/" + model + "/" + dtype + "/" + pairing; }
};
std::optional<CaseId> parse_case_id(const std::string& text);

/// What --match asks for, if it is given, for the models and dtypes of the run. Throws UsageError where it cannot be
/// read, emulated or judged.
std::optional<WantedPipeline> wanted_of(const RunOptions& options, const std::vector<ChosenModel>& models);

/// Which cases there are for these options. Up to three models: every golden check in both pairings. More: dtype,
/// pairing and model pairwise, and each property check on one model for each dtype, so that reports stay within 200
/// cases. `description`, where it is known, keeps the pairing to one that the implementation has. With `wanted`, its
/// dtypes are matched on every model besides. Throws UsageError where nothing is selected.
std::vector<CaseId> select_cases(const RunOptions& options, const std::vector<ChosenModel>& models,
                                 const Description* description = nullptr, const WantedPipeline* wanted = nullptr);

}  // namespace rope::conformance
