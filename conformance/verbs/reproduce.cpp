// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform reproduce CASE --impl X: one case again, its worst cell in full.
#include <fmt/format.h>

#include "conformance/runner.hpp"
#include "conformance/terminal.hpp"
#include "conformance/verbs/verbs.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;

void show_numbers(const char* label, const std::vector<reports::Number>& numbers) {
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    fmt::print("{:10}{:<28}{}\n", n == 0 ? label : "", numbers[n].dec, numbers[n].hex);
  }
}

void show(const reports::Case& one, const reports::Check& check) {
  fmt::print("case      {}\ncheck     {} ({} {}): {}\n", one.id, check.id, check.rule, check.level, check.sentence);
  fmt::print("verdict   {}\n", reports::name(one.verdict));
  if (!one.message.empty()) fmt::print("          {}\n", one.message);
  fmt::print("cells     {} compared, bound: {}\n", one.cells, check.bound);
  if (!one.worst) return;
  const reports::Worst& worst = *one.worst;
  fmt::print("worst     position {}, {}, {}, {}\n", worst.position,
             worst.pair < 0 ? std::string("all pairs") : fmt::format("pair {}", worst.pair), worst.dtype,
             worst.input_kind);
  show_numbers("input", worst.inputs);
  for (std::size_t n = 0; n < worst.exact.size(); ++n) {
    fmt::print("{:10}{}\n", n == 0 ? "exact" : "", worst.exact[n]);
  }
  show_numbers("expected", worst.expected);
  show_numbers("got", worst.got);
  fmt::print("error     {:.6g}, bound {:.6g}, ratio {:.4g}\n", worst.error, worst.bound, one.ratio.value_or(0));
}

ExitCode code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::warning:
    case Verdict::measured:
      return ExitCode::conforms;
    case Verdict::fail:
    case Verdict::crashed:
    case Verdict::timed_out:
      return ExitCode::does_not_conform;
    case Verdict::unsupported:
    case Verdict::not_observable:
    case Verdict::inconclusive:
      break;
  }
  return ExitCode::inconclusive;
}

}  // namespace

ExitCode reproduce(const ReproduceOptions& options) {
  const auto id = parse_case_id(options.case_id);
  if (!id) {
    throw UsageError(
        fmt::format("reproduce {}: not a case id; expected check/model/dtype/pairing as reports have it, such as "
                    "golden-table/llama-3.1-8b/bf16/half-split, or strides/llama-3.1-8b/bf16/both: checks but the "
                    "golden ones, long-context and relative-position are about both pairings",
                    options.case_id));
  }
  RunOptions run = options.run;
  if (run.choice.configs.empty() && run.choice.models.empty()) run.choice.models = {id->model};
  std::vector<ChosenModel> models = chosen_models(run.choice);
  const std::string first = models.front().name;
  // Of a model whose layers have RoPE of several types, a case is about one.
  std::erase_if(models, [&](const ChosenModel& model) { return model.name != id->model; });
  if (models.empty()) {
    throw UsageError(
        fmt::format("reproduce {}: the case is about model {}, but {} is chosen; give the same --model or "
                    "--config as in the run",
                    options.case_id, id->model, first));
  }
  if (id->check == "match" && run.match.empty()) {
    throw UsageError(
        fmt::format("reproduce {}: expected --match NAME|FILE as in the run, found none", options.case_id));
  }
  const std::optional<WantedPipeline> wanted = wanted_of(run, models);
  const std::optional<fixtures::QkFile> qk = qk_of(run, models);
  if (id->check == "match" && wanted->contract(*dtype_from_name(id->dtype)) == nullptr) {
    throw UsageError(fmt::format("reproduce {}: --match {} has no contract for {}; expected the one of the run",
                                 options.case_id, run.match, id->dtype));
  }
  auto implementation = load({worker_executable(), run.timeout_scale, {}}, run.implementations.front());
  if (const auto* problem = std::get_if<LoadProblem>(&implementation)) {
    fmt::print(stderr, "rope-conform: {}\n", problem->message);
    return ExitCode::not_loadable;
  }
  ProgressLine progress(look_at_terminal(), run.quiet);
  const bool make = run.fixtures.empty();
  const auto golden =
      golden_fixtures(models, make ? run.out / "fixtures" : run.fixtures, make, positions_of_profile(run.profile),
                      run.seed, run.jobs, [&](const std::string& model, std::size_t done, std::size_t all) {
                        progress.show(fmt::format("golden fixture {}: {} of {}", model, done, all));
                      });
  const RunContext context{run, golden, {}, {}, {}, wanted ? &*wanted : nullptr, qk ? &*qk : nullptr};
  const reports::Record record = run_cases(context, std::get<Loaded>(implementation), {*id});
  progress.clear();
  const reports::Check& check = record.checks.front();
  show(check.cases.front(), check);
  for (const reports::Diagnosis& diagnosis : record.diagnosis) {
    fmt::print("cause     {} [{}], {}\n", diagnosis.sentence, diagnosis.id, diagnosis.evidence);
  }
  for (const reports::Fixture& fixture : record.fixtures) fmt::print("fixture   {} {}\n", fixture.path, fixture.digest);
  return code_of(check.cases.front().verdict);
}

}  // namespace rope::conformance
