// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform --impl X: golden fixtures, every check, the four forms of the report.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <variant>

#include "conformance/interruption.hpp"
#include "conformance/own_program.hpp"
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

void write_reports(const reports::Record& record, const fs::path& out, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw UsageError(
        fmt::format("--out \"{}\": cannot make the folder \"{}\": {}; choose another --out, or remove what "
                    "is in the way",
                    out.string(), folder.string(), error.message()));
  }
  write_text(folder / "report.json", reports::render_json(record));
  write_text(folder / "report.xml", reports::render_junit(record));
  write_text(folder / "report.md", reports::render_markdown(record));
}

/// Reports of an earlier run: left there they would pass for this one's where this one ends early. A link stays, what
/// it leads to goes.
void remove_reports(const fs::path& folder) {
  std::error_code ignored;
  for (const char* name : {"report.json", "report.xml", "report.md"}) {
    const fs::path file = folder / name;
    if (!fs::exists(file, ignored)) continue;
    if (const auto why = fixtures::cannot_replace(file)) {
      throw UsageError(fmt::format("--out \"{}\": {}: {}", folder.string(), file.string(), *why));
    }
    fs::remove(fs::canonical(file, ignored), ignored);
  }
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

/// Loads them all; what cannot be loaded is said at once.
std::vector<std::variant<Loaded, LoadProblem>> load_all(const RunOptions& options,
                                                        const std::function<bool()>& interrupted) {
  const fs::path worker = worker_executable();
  std::vector<std::variant<Loaded, LoadProblem>> out;
  for (const fs::path& library : options.implementations) {
    out.push_back(load({worker, options.timeout_scale, interrupted}, library));
    if (const auto* problem = std::get_if<LoadProblem>(&out.back())) {
      fmt::print(stderr, "rope-conform: {}\n", problem->message);
    }
  }
  return out;
}

/// Several implementations beside each other: a line each, grade and share of the usual bound by dtype.
class Comparison {
 public:
  void add(const std::string& file, ExitCode code, const reports::Record* record) {
    std::string line = fmt::format("{:<20} {:<17}", file, words(code));
    for (DType dtype : tensor_dtypes) {
      std::string cell = "-";
      for (const reports::Grade& grade : record == nullptr ? std::vector<reports::Grade>{} : record->grades) {
        if (grade.dtype == name(dtype)) cell = fmt::format("{} {:.2g}", grade.grade, grade.ratio);
      }
      line += fmt::format(" {:<12}", cell);
    }
    lines_.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
  }

  void print(const fs::path& out) const {
    fmt::print("{:<20} {:<17} {:<12} {:<12} {}\n", "implementation", "verdict", "fp32", "fp16", "bf16");
    for (const std::string& line : lines_) fmt::print("{}\n", line);
    fmt::print("A grade and the largest error as a share of the usual pipeline's own bound.\n");
    fmt::print("Reports: {}/<implementation>/report.md, report.json, report.xml\n", out.string());
  }

 private:
  static const char* words(ExitCode code) {
    switch (code) {
      case ExitCode::conforms:
        return "conforms";
      case ExitCode::does_not_conform:
        return "does not conform";
      case ExitCode::not_loadable:
        return "cannot be loaded";
      case ExitCode::interrupted:
        return "interrupted";
      default:
        return "inconclusive";
    }
  }

  std::vector<std::string> lines_;
};

}  // namespace

fs::path worker_executable() {
  return own_program("rope-conform-worker");
}

std::size_t positions_of_profile(const std::string& profile) {
  return profile == "smoke" ? 128 : 1024;
}

ExitCode run(const RunOptions& options) try {
  const Interruption interruption;
  const auto interrupted = [&] { return interruption.requested(); };
  const Terminal terminal = look_at_terminal();
  ProgressLine progress(terminal, options.quiet);
  const bool several = options.implementations.size() > 1;
  const std::vector<fs::path> folders = report_folders(options);
  remove_reports(options.out);
  for (const fs::path& folder : folders) remove_reports(folder);
  const std::vector<ChosenModel> models = chosen_models(options.choice, options.fixtures);
  const std::optional<WantedPipeline> wanted = wanted_of(options, models);
  const WantedPipeline* const asked = wanted ? &*wanted : nullptr;
  const std::optional<fixtures::QkFile> qk = qk_of(options, models);
  select_cases(options, models, nullptr, asked);  // nothing selected is an error before anything is loaded
  // Before the golden fixtures are made: a library that cannot be loaded should say so at once.
  auto implementations = load_all(options, interrupted);
  if (interrupted()) throw Interrupted();
  if (std::all_of(implementations.begin(), implementations.end(),
                  [](const auto& one) { return std::holds_alternative<LoadProblem>(one); })) {
    return ExitCode::not_loadable;
  }
  const bool make = options.fixtures.empty();
  const std::vector<GoldenFixture> golden = golden_fixtures(
      models, make ? options.out / "fixtures" : options.fixtures, make, positions_of_profile(options.profile),
      options.seed, options.jobs, [&](const std::string& model, std::size_t done, std::size_t all) {
        if (interrupted() && done < all) throw Interrupted();
        progress.show(fmt::format("golden fixture {}: {} of {} positions", model, done, all));
      });

  ExitCode code = ExitCode::conforms;
  Comparison comparison;
  for (std::size_t n = 0; n < implementations.size() && code != ExitCode::interrupted; ++n) {
    const std::string file = options.implementations[n].filename().string();
    auto* const loaded = std::get_if<Loaded>(&implementations[n]);
    if (loaded == nullptr) {
      code = worse(code, ExitCode::not_loadable);
      comparison.add(file, ExitCode::not_loadable, nullptr);
      continue;
    }
    const std::vector<CaseId> cases = select_cases(options, models, &loaded->description, asked);
    std::size_t done = 0;
    const RunContext context{options,
                             golden,
                             [&](const std::string& id) {
                               progress.show(fmt::format("{}: case {} of {}: {}", file, ++done, cases.size(), id));
                             },
                             interrupted,
                             [&](const std::string& pass, std::int64_t at, std::int64_t of, double seconds) {
                               progress.show(pass_text(pass, at, of, seconds));
                             },
                             asked,
                             qk ? &*qk : nullptr};
    reports::Record record = run_cases(context, *loaded, cases);
    record.directory = folders[n].string();
    progress.clear();
    code = worse(code, static_cast<ExitCode>(record.exit_code));
    comparison.add(file, static_cast<ExitCode>(record.exit_code), &record);
    // Beside others, one that conforms needs no screen of its own.
    if (!options.quiet && !(several && record.exit_code == 0)) {
      fmt::print("{}", reports::render_terminal(record, terminal.columns, terminal.colour));
      std::fflush(stdout);
    }
    write_reports(record, options.out, folders[n]);  // after the summary: a full disk must not take the verdict along
  }
  if (several && !options.quiet) comparison.print(options.out);
  return code;
} catch (const Interrupted&) {
  fmt::print(stderr, "rope-conform: interrupted before the first case; there is no report\n");
  return ExitCode::interrupted;
}

}  // namespace rope::conformance
