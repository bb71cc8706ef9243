// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform: from the command line to a verb, and from what a verb throws to an exit code.
#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <variant>

#include "conformance/chosen_models.hpp"
#include "conformance/options.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/file.hpp"
#include "fixtures/model_config.hpp"
#include "reference/fp_environment.hpp"
#include "reports/utf8.hpp"

namespace {

using namespace rope;
using namespace rope::conformance;

struct Perform {
  ExitCode operator()(const RunOptions& options) const { return run(options); }
  ExitCode operator()(const ReproduceOptions& options) const { return reproduce(options); }
  ExitCode operator()(const GenerateOptions& options) const { return generate(options); }
  ExitCode operator()(const VerifyOptions& options) const { return verify(options); }
  ExitCode operator()(const ListOptions& options) const { return list(options); }
  ExitCode operator()(const ExplainOptions& options) const { return explain(options); }
  ExitCode operator()(const MatrixOptions& options) const { return matrix(options); }
  ExitCode operator()(const BenchReferenceOptions& options) const { return bench(options); }
  ExitCode operator()(const BenchCpuOptions& options) const { return bench(options); }
  ExitCode operator()(const BenchGpuOptions& options) const { return bench(options); }
  ExitCode operator()(const SearchOptions& options) const { return search(options); }
  ExitCode operator()(const DiffOptions& options) const { return diff(options); }
  ExitCode operator()(const Ended& ended) const { return static_cast<ExitCode>(ended.code); }
};

/// File names, files and what libraries say of themselves are quoted in messages; a terminal must not obey them.
int complain(ExitCode code, const char* what) {
  fmt::print(stderr, "rope-conform: {}\n", reports::clean(what));
  return static_cast<int>(code);
}

/// A descriptor 0, 1 or 2 that is closed would be given to the next file opened, and messages would go into it.
void keep_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) static_cast<void>(open("/dev/null", O_RDONLY));
  }
}

int finished(ExitCode code) {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return complain(ExitCode::suite_failed, "cannot write to standard output: is the disk full or the pipe closed?");
  }
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  keep_standard_descriptors();
  try {
    const Command command = parse_command_line(argc, argv);
    if (const auto problem = fp_environment_problem()) return complain(ExitCode::suite_failed, problem->c_str());
    return finished(std::visit(Perform{}, command));
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
