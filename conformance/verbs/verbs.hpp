// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The verbs of the command line. Each prints and returns the exit code; errors of use are exceptions that main turns
// into exit code 2.
#pragma once

#include "conformance/exit_code.hpp"
#include "conformance/options.hpp"

namespace rope::conformance {

ExitCode run(const RunOptions& options);
ExitCode reproduce(const ReproduceOptions& options);
ExitCode generate(const GenerateOptions& options);
ExitCode verify(const VerifyOptions& options);
ExitCode list(const ListOptions& options);
ExitCode explain(const ExplainOptions& options);
ExitCode matrix(const MatrixOptions& options);
ExitCode bench(const BenchReferenceOptions& options);
ExitCode bench(const BenchCpuOptions& options);
ExitCode bench(const BenchGpuOptions& options);
ExitCode search(const SearchOptions& options);
ExitCode diff(const DiffOptions& options);

/// The part of explain that is about models.
ExitCode explain_models(const ModelChoice& choice);

/// The worker's executable (own_program.hpp). Throws std::runtime_error where it is missing.
std::filesystem::path worker_executable();

/// Positions sampled for a model in a profile.
std::size_t positions_of_profile(const std::string& profile);

}  // namespace rope::conformance
