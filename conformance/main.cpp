// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform: from the command line to a verb, and from what a verb throws to an exit code.
#include <fmt/format.h>

#include <exception>
#include <variant>

#include "conformance/chosen_models.hpp"
#include "conformance/options.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/file.hpp"
#include "fixtures/model_config.hpp"
#include "reference/fp_environment.hpp"

namespace {

using namespace rope;
using namespace rope::conformance;

struct Perform {
  ExitCode operator()(const RunOptions& options) const { return run(options); }
  ExitCode operator()(const ReproduceOptions& options) const { return reproduce(options); }
  ExitCode operator()(const GenerateOptions& options) const { return generate(options); }
  ExitCode operator()(const VerifyOptions& options) const { return verify(options); }
  ExitCode operator()(const ListOptions& options) const { return list(options); }
  ExitCode operator()(const Ended& ended) const { return static_cast<ExitCode>(ended.code); }
};

int complain(ExitCode code, const char* what) {
  fmt::print(stderr, "rope-conform: {}\n", what);
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Command command = parse_command_line(argc, argv);
    if (const auto problem = fp_environment_problem()) return complain(ExitCode::suite_failed, problem->c_str());
    return static_cast<int>(std::visit(Perform{}, command));
  } catch (const UsageError& error) {
    return complain(ExitCode::usage, error.what());
  } catch (const fixtures::ConfigError& error) {
    return complain(ExitCode::usage, error.what());
  } catch (const fixtures::FileError& error) {
    return complain(ExitCode::usage, error.what());
  } catch (const std::exception& error) {
    return complain(ExitCode::suite_failed, error.what());
  }
}
