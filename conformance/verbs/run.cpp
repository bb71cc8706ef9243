// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform --impl X: golden fixtures, every check, the four forms of the report.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <span>
#include <variant>

#include "conformance/interruption.hpp"
#include "conformance/runner.hpp"
#include "conformance/terminal.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/replace_file.hpp"
#include "reports/render.hpp"

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;

void write_text(const fs::path& path, const std::string& text) {
  fixtures::replace_file(path, std::as_bytes(std::span<const char>(text)));
}

void write_reports(const reports::Record& record, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw UsageError(fmt::format("--out {}: cannot make the folder: {}", folder.string(), error.message()));
  }
  write_text(folder / "report.json", reports::render_json(record));
  write_text(folder / "report.xml", reports::render_junit(record));
  write_text(folder / "report.md", reports::render_markdown(record));
}

/// One folder for one implementation; one each below it, named after the library, for several.
std::vector<fs::path> report_folders(const RunOptions& options) {
  if (options.implementations.size() == 1) return {options.out};
  std::vector<fs::path> folders;
  std::set<std::string> names;
  for (const fs::path& library : options.implementations) {
    const std::string name = library.stem().string();
    if (!names.insert(name).second) {
      throw UsageError(
          fmt::format("--impl {}: a second library called {}; reports would replace each other: run them "
                      "one at a time with --out",
                      library.string(), name));
    }
    folders.push_back(options.out / name);
  }
  return folders;
}

}  // namespace

fs::path worker_executable() {
  std::error_code error;
  const fs::path tool = fs::read_symlink("/proc/self/exe", error);
  const fs::path worker = tool.parent_path() / "rope-conform-worker";
  if (error || access(worker.c_str(), X_OK) != 0) {
    throw std::runtime_error(
        fmt::format("the worker {} is missing or not executable; keep it beside rope-conform", worker.string()));
  }
  return worker;
}

std::size_t positions_of_profile(const std::string& profile) {
  return profile == "smoke" ? 128 : 1024;
}

ExitCode run(const RunOptions& options) {
  const Interruption interruption;
  const Terminal terminal = look_at_terminal();
  ProgressLine progress(terminal, options.quiet);
  const std::vector<fs::path> folders = report_folders(options);
  const fs::path worker = worker_executable();
  const std::vector<ChosenModel> models = chosen_models(options.choice);
  const bool make = options.fixtures.empty();
  const std::vector<GoldenFixture> golden = golden_fixtures(
      models, make ? options.out / "fixtures" : options.fixtures, make, positions_of_profile(options.profile),
      options.seed, options.jobs, [&](const std::string& model, std::size_t done, std::size_t all) {
        progress.show(fmt::format("golden fixture {}: {} of {} positions", model, done, all));
      });
  const std::vector<CaseId> cases = select_cases(options, golden);

  ExitCode code = ExitCode::conforms;
  std::vector<std::string> summary;
  for (std::size_t n = 0; n < options.implementations.size(); ++n) {
    const fs::path& library = options.implementations[n];
    std::size_t done = 0;
    const RunContext context{
        options, golden, worker,
        [&](const std::string& id) {
          progress.show(fmt::format("{}: case {} of {}: {}", library.filename().string(), ++done, cases.size(), id));
        },
        [&] { return interruption.requested(); }};
    auto result = run_cases(context, library, cases);
    progress.clear();
    ExitCode one = ExitCode::not_loadable;
    if (const auto* problem = std::get_if<LoadProblem>(&result)) {
      fmt::print(stderr, "rope-conform: {}\n", problem->message);
      summary.push_back(fmt::format("exit {}  {}: cannot be loaded", static_cast<int>(one), library.string()));
    } else {
      auto& record = std::get<reports::Record>(result);
      record.directory = folders[n].string();
      one = static_cast<ExitCode>(record.exit_code);
      write_reports(record, folders[n]);
      if (!options.quiet) {
        fmt::print("{}", reports::render_terminal(record, terminal.columns, terminal.colour));
        std::fflush(stdout);
      }
      summary.push_back(fmt::format("exit {}  {} {}: {}", record.exit_code, record.implementation_name,
                                    record.implementation_version, record.verdict_sentence));
    }
    code = worse(code, one);
    if (one == ExitCode::interrupted) break;
  }
  if (options.implementations.size() > 1 && !options.quiet) {
    fmt::print("\n{} implementations:\n", options.implementations.size());
    for (const std::string& line : summary) fmt::print("  {}\n", line);
    fmt::print("reports: {}/<name>/report.md, report.json, report.xml\n", options.out.string());
  }
  return code;
}

}  // namespace rope::conformance
