// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs the checks over one implementation and gathers the record of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "conformance/case_selection.hpp"
#include "conformance/chosen_models.hpp"
#include "conformance/loaded.hpp"
#include "conformance/match/wanted.hpp"
#include "conformance/options.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

struct RunContext {
  const RunOptions& options;
  const std::vector<GoldenFixture>& fixtures;
  std::function<void(const std::string&)> progress;  ///< what is being done; may be empty
  std::function<bool()> interrupted;                 ///< asked between calls
  /// Of an exhaustive pass: which, positions done, positions in all, seconds since it began. May be empty.
  std::function<void(const std::string&, std::int64_t, std::int64_t, double)> progress_of_pass = {};
  const WantedPipeline* wanted = nullptr;  ///< of --match
  const fixtures::QkFile* qk = nullptr;    ///< of --qk
};

/// Runs the given cases in order. `interrupted` gives a partial record with exit code 130.
reports::Record run_cases(const RunContext& context, Loaded& implementation, const std::vector<CaseId>& cases);

}  // namespace rope::conformance
