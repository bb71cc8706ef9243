// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// From what was found to the record that reports render: verdicts of checks, grades, the run's verdict and exit code.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "conformance/asked_combinations.hpp"
#include "conformance/checks/accuracy.hpp"
#include "conformance/diagnosis/diagnose.hpp"
#include "conformance/exit_code.hpp"
#include "conformance/runner.hpp"

namespace rope::conformance {

struct CaseFinding {
  CaseId id;
  reports::Case record;
  std::optional<Accuracy> accuracy;  ///< of the golden checks
};

struct DiagnosisFinding {
  std::string model;
  DType dtype = DType::f32;
  Pairing pairing = Pairing::half_split;
  std::optional<Named> named;
};

/// How far an exhaustive pass over a model came.
struct SweptFinding {
  std::string model;
  std::int64_t checked = 0;
  std::int64_t of = 0;
};

struct RunFindings {
  std::vector<CaseFinding> cases;
  std::vector<reports::Horizon> horizons;
  std::vector<DiagnosisFinding> diagnoses;
  std::vector<reports::Match> bits;
  std::vector<reports::AttentionEffect> attention;
  std::vector<Arrangement> used;  ///< by the calls of the golden checks, each once
  std::vector<std::string> memory_faults;
  std::vector<std::string> refusals;
  bool fp_environment_changed = false;
  bool answered = false;  ///< at least one call gave outputs
  bool interrupted = false;
  std::string suite_problem;  ///< why the suite could not go on; empty where it could
  std::string captured_output;
  double seconds_total = 0;
  double seconds_implementation = 0;
  double seconds_verifier = 0;  ///< of exhaustive passes, beside the implementation
  std::vector<SweptFinding> swept;
  AskedCombinations combinations;
};

reports::Record record_of_run(const RunContext& context, const std::filesystem::path& library,
                              const Description& description, const RunFindings& findings);

}  // namespace rope::conformance
