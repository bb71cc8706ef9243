// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform matrix: how near each check's observed error comes to its bound, by implementation and by model.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <variant>

#include "conformance/checks/check.hpp"
#include "conformance/runner.hpp"
#include "conformance/terminal.hpp"
#include "conformance/verbs/verbs.hpp"

namespace rope::conformance {
namespace {

using Table = std::map<std::string, std::map<std::string, double>>;  // check, column

void keep(Table& table, const std::string& check, const std::string& column, double ratio) {
  auto [cell, fresh] = table[check].emplace(column, ratio);
  if (!fresh) cell->second = std::max(cell->second, ratio);
}

void print(const Table& table, const std::vector<std::string>& columns, const char* what) {
  constexpr std::size_t in_a_row = 5;
  for (std::size_t first = 0; first < columns.size(); first += in_a_row) {
    const std::size_t last = std::min(columns.size(), first + in_a_row);
    fmt::print("\n{:<20}", what);
    for (std::size_t c = first; c < last; ++c) fmt::print(" {:>12.12}", columns[c]);
    fmt::print("\n");
    for (const CheckInfo& check : all_checks) {
      const auto row = table.find(std::string(check.id));
      if (row == table.end()) continue;
      fmt::print("{:<20}", check.id);
      for (std::size_t c = first; c < last; ++c) {
        const auto cell = row->second.find(columns[c]);
        fmt::print(" {:>12}", cell == row->second.end() ? std::string("-") : fmt::format("{:.3g}", cell->second));
      }
      fmt::print("\n");
    }
  }
}

}  // namespace

ExitCode matrix(const MatrixOptions& options) {
  const RunOptions& run = options.run;
  const std::vector<ChosenModel> models = chosen_models(run.choice, run.fixtures);
  std::vector<Loaded> implementations;
  for (const auto& library : run.implementations) {
    auto loaded = load({worker_executable(), run.timeout_scale, {}}, library);
    if (const auto* problem = std::get_if<LoadProblem>(&loaded)) {
      fmt::print(stderr, "rope-conform: {}\n", problem->message);
      return ExitCode::not_loadable;
    }
    implementations.push_back(std::get<Loaded>(std::move(loaded)));
  }
  ProgressLine progress(look_at_terminal(), run.quiet);
  const bool make = run.fixtures.empty();
  const auto golden =
      golden_fixtures(models, make ? run.out / "fixtures" : run.fixtures, make, positions_of_profile(run.profile),
                      run.seed, run.jobs, [&](const std::string& model, std::size_t done, std::size_t all) {
                        progress.show(fmt::format("golden fixture {}: {} of {}", model, done, all));
                      });
  Table by_implementation;
  Table by_model;
  std::vector<std::string> names;
  std::vector<std::string> model_names;
  for (const ChosenModel& model : models) model_names.push_back(model.name);
  double largest = 0;
  for (Loaded& implementation : implementations) {
    const std::string name = implementation.library.stem().string();
    names.push_back(name);
    // Every model for each check and dtype, not the pairwise selection of a run.
    std::vector<CaseId> cases;
    for (const ChosenModel& model : models) {
      for (const CaseId& id : select_cases(run, {model}, &implementation.description)) cases.push_back(id);
    }
    std::size_t done = 0;
    const RunContext context{run,
                             golden,
                             [&](const std::string& id) {
                               progress.show(fmt::format("{}: case {} of {}: {}", name, ++done, cases.size(), id));
                             },
                             {}};
    const reports::Record record = run_cases(context, implementation, cases);
    for (const reports::Check& check : record.checks) {
      for (const reports::Case& one : check.cases) {
        if (!one.ratio) continue;
        keep(by_implementation, check.id, name, *one.ratio);
        keep(by_model, check.id, one.model, *one.ratio);
        largest = std::max(largest, *one.ratio);
      }
    }
  }
  progress.clear();
  fmt::print(
      "Largest observed error as a share of its bound: the limit E(16, 2), or the\n"
      "declared contract's own bound where that is nearer. 0: nothing differs at all\n"
      "(the bundled implementations are bit-invariant). -: not judged.\n");
  print(by_implementation, names, "implementation");
  print(by_model, model_names, "model");
  fmt::print("\nlargest of all: {:.4g}\n", largest);
  return largest <= 1 ? ExitCode::conforms : ExitCode::does_not_conform;
}

}  // namespace rope::conformance
