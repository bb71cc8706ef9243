// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs the checks over one implementation and gathers the record of it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "conformance/chosen_models.hpp"
#include "conformance/driver.hpp"
#include "conformance/options.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// A case by its parts; id is check/model/dtype/pairing, where pairing-equivalence has "both".
struct CaseId {
  std::string check, model, dtype, pairing;
  std::string text() const { return check + "/" + model + "/" + dtype + "/" + pairing; }
};
std::optional<CaseId> parse_case_id(const std::string& text);

struct RunContext {
  const RunOptions& options;
  const std::vector<GoldenFixture>& fixtures;
  std::filesystem::path worker;
  std::function<void(const std::string&)> progress;  ///< what is being done; may be empty
  std::function<bool()> interrupted;                 ///< asked between calls
};

/// Which cases there are for these options. Throws UsageError where nothing is selected.
std::vector<CaseId> select_cases(const RunOptions& options, const std::vector<GoldenFixture>& fixtures);

/// Runs the given cases in order. A LoadProblem is exit code 3. `interrupted` gives a partial record with exit code
/// 130.
std::variant<reports::Record, LoadProblem> run_cases(const RunContext& context, const std::filesystem::path& library,
                                                     const std::vector<CaseId>& cases);

}  // namespace rope::conformance
