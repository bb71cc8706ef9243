// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Options and help texts, with CLI11.
#include "conformance/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <iostream>
#include <string>
#include <thread>

#include "conformance/bench_options.hpp"
#include "conformance/checks/check.hpp"
#include "conformance/exit_code.hpp"
#include "conformance/model_options.hpp"
#include "reports/utf8.hpp"

namespace rope::conformance {
namespace {

constexpr const char* run_examples = R"(
Examples:
  rope-conform --impl ./libfoo.so                       a model of each kind in the catalogue, every check
  rope-conform --impl ./libfoo.so --model llama-3.1-8b  one model; --model all: every one of the catalogue
  rope-conform --impl ./libfoo.so --config config.json  your own model
  rope-conform --impl ./libfoo.so --dtype bf16 --check 'golden-*'
  rope-conform --impl ./libfoo.so --model llama-3.1-8b --profile exhaustive
  rope-conform --impl ./libfoo.so --match hf-eager-bf16  bit for bit the usual bf16 pipeline?
  rope-conform --impl ./libfoo.so --model llama-3.1-8b --check attention-effect --qk layer0.h5
  rope-conform list                                     checks, models, conventions, profiles

Exit codes: 0 conforms, 1 does not, 2 usage or unreadable file, 3 the implementation
cannot be loaded, 4 the suite itself failed, 5 inconclusive, 130 interrupted.)";

/// A whole number from 0 to 2^64 - 1 in decimal digits, nothing else.
const CLI::Validator whole_number(
    [](std::string& text) {
      std::uint64_t value = 0;
      const char* const end = text.data() + text.size();
      const auto [rest, code] = std::from_chars(text.data(), end, value);
      if (code == std::errc{} && rest == end) return std::string();
      return "expected a whole number from 0 to 18446744073709551615, found \"" + text + "\"";
    },
    "", "whole number");

/// A finite factor from 0.001 to 1000; NaN is none.
const CLI::Validator timeout_factor(
    [](std::string& text) {
      double value = 0;
      const char* const end = text.data() + text.size();
      const auto [rest, code] = std::from_chars(text.data(), end, value);
      if (code == std::errc{} && rest == end && value >= 0.001 && value <= 1000) return std::string();
      return "expected a number from 0.001 to 1000, found \"" + text + "\"";
    },
    "", "factor");

/// Models of one diff: more than a screen can show.
constexpr std::size_t largest_diff = 8;

void add_jobs(CLI::App& app, int& jobs) {
  app.add_option("--jobs", jobs, "threads for making and verifying fixtures; default: one for each core")
      ->check(CLI::Range(1, 1024))
      ->option_text("N");
}

void add_run(CLI::App& app, RunOptions& run) {
  app.add_option("--impl", run.implementations,
                 "implementation: a shared library with rope_impl_entry (may be repeated)")
      ->allow_extra_args(false)
      ->option_text("FILE");
  add_choice(app, run.choice);
  app.add_option(
         "--profile", run.profile,
         "smoke: 128 positions a model; standard (the default): 1024; exhaustive: those, and then every position")
      ->check(CLI::IsMember({"smoke", "standard", "exhaustive"}))
      ->option_text("NAME")
      ->capture_default_str();
  app.add_option("--extent", run.extent,
                 "with --profile exhaustive: positions 0 to N - 1, at most 2^40; default: the model's limit or 131072, "
                 "whichever is larger")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
      ->option_text("N");
  app.add_option("--dtype", run.dtypes, "only these: fp32, fp16, bf16 (may be repeated)")
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"fp32", "fp16", "bf16"}))
      ->option_text("NAME");
  app.add_option("--rules", run.rules, "rule set to judge by; default: the latest")
      ->check(CLI::IsMember(std::vector<std::string>(rule_sets.begin(), rule_sets.end())))
      ->option_text("VERSION")
      ->default_val(std::string(latest_rules));
  auto* const seed = app.add_option("--seed", run.seed, "seed of all random inputs; default: 1")
                         ->check(whole_number)
                         ->option_text("N")
                         ->capture_default_str();
  app.add_option("--fixtures", run.fixtures,
                 "folder of golden fixtures, which then decide positions and inputs; default: made under OUT/fixtures")
      ->option_text("DIR")
      ->excludes(seed);
  app.add_option("--out", run.out, "folder for report.json, report.xml, report.md; default: rope-conform-report")
      ->option_text("DIR")
      ->capture_default_str();
  app.add_option("--timeout", run.timeout_scale, "factor on every deadline of the implementation; default: 1")
      ->check(timeout_factor)
      ->option_text("FACTOR")
      ->capture_default_str();
  add_jobs(app, run.jobs);
  app.add_flag(
      "--accept-declared", run.accept_declared,
      "accept a declared contract that is below the floor, as a warning, where it says something at every position");
  app.add_flag("--deterministic", run.deterministic, "equal bits, where they are a SHOULD, become a MUST");
  app.add_flag("--quiet", run.quiet, "no progress, no summary: exit code and reports only");
}

void add_match(CLI::App& app, RunOptions& run) {
  app.add_option("--match", run.match,
                 "outputs must have the bits of this pipeline: hf-eager-bf16, hf-eager-f16, hf-eager-f32, or a FILE of "
                 "lines such as \"bf16: <contract>\"; any other bit fails")
      ->check(not_empty())
      ->option_text("NAME|FILE");
}

void add_qk(CLI::App& app, RunOptions& run) {
  app.add_option("--qk", run.qk,
                 "q and k of a real model's layer, before rotation, for attention-effect: an HDF5 FILE with datasets q "
                 "and k, each [tokens, heads, head_dim]; for one --model or --config")
      ->check(not_empty())
      ->option_text("FILE");
}

int default_jobs(int jobs) {
  return jobs > 0 ? jobs : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

/// The first word that is neither an option nor a value, and which verbs there are.
std::string unexpected(const CLI::App& app) {
  const CLI::App* verb = &app;
  std::string path = "rope-conform";
  while (!verb->get_subcommands().empty()) {
    verb = verb->get_subcommands().front();
    path += " " + verb->get_name();
  }
  std::string next;
  for (const CLI::App* one : verb->get_subcommands([](const CLI::App*) { return true; })) {
    next += (next.empty() ? " or one of " : ", ") + one->get_name();
  }
  const std::vector<std::string> words = app.remaining(true);
  const std::string word = words.empty() ? std::string() : words.front();
  const char* const kind = word.starts_with("-") ? "option" : next.empty() ? "word" : "verb";
  return fmt::format("{}: no such {}; expected an option{}; see: {} --help", word, kind, next, path);
}

Ended usage(const std::string& message) {
  std::cerr << "rope-conform: " << reports::clean(message) << "\nTry: rope-conform --help\n";
  return {static_cast<int>(ExitCode::usage)};
}

}  // namespace

Command parse_command_line(int argc, const char* const* argv) {
  CLI::App app{"rope-conform: is this rotary position embedding (RoPE) right, how accurate, and up to which position?"};
  app.name("rope-conform");
  app.footer(run_examples);
  app.get_formatter()->column_width(26);
  app.set_version_flag("--version", "rope-conform " ROPE_CONFORM_VERSION ", rules " + std::string(latest_rules));
  app.require_subcommand(0, 1);

  RunOptions run;
  add_run(app, run);
  add_match(app, run);
  add_qk(app, run);
  app.add_option("--check", run.check, "only checks whose id matches; one pattern, see: rope-conform list checks")
      ->option_text("GLOB")
      ->capture_default_str();

  ReproduceOptions reproduce;
  CLI::App& reproduce_app = *app.add_subcommand("reproduce", "repeat one case and show its worst cell in full");
  reproduce_app.add_option("case", reproduce.case_id, "case id, as reports print it")->required()->option_text("CASE");
  add_run(reproduce_app, reproduce.run);
  add_match(reproduce_app, reproduce.run);
  add_qk(reproduce_app, reproduce.run);

  GenerateOptions generate;
  CLI::App& generate_app =
      *app.add_subcommand("generate", "make golden HDF5 fixtures with the multiprecision reference");
  add_choice(generate_app, generate.choice);
  generate_app.add_option("--out", generate.out, "folder for <model>.h5; default: fixtures")
      ->option_text("DIR")
      ->capture_default_str();
  generate_app.add_option("--positions", generate.positions, "sampled positions, at most; default: 1024")
      ->check(CLI::Range(std::size_t{8}, std::size_t{65536}))
      ->option_text("N")
      ->capture_default_str();
  generate_app
      .add_option("--extent", generate.extent,
                  "positions lie below this; default: the larger of the model's limit and 131072")
      ->check(CLI::Range(std::int64_t{8}, std::int64_t{1} << 40))
      ->option_text("N");
  generate_app.add_option("--seed", generate.seed, "seed of the random inputs")
      ->check(whole_number)
      ->option_text("N")
      ->capture_default_str();
  add_jobs(generate_app, generate.jobs);
  generate_app.add_flag("--force", generate.force, "replace files that exist");
  generate_app.footer("\nExample:\n  rope-conform generate --model llama-3.1-8b --out fixtures --positions 64");

  VerifyOptions verify;
  CLI::App& verify_app = *app.add_subcommand("verify", "recompute every number of fixtures in multiprecision");
  verify_app.add_option("files", verify.files, "fixture files")->required()->option_text("FILE...");
  add_jobs(verify_app, verify.jobs);
  verify_app.footer("\nExit codes: 0 all equal, 1 a number differs, 2 a file cannot be read.");

  ExplainOptions explain;
  CLI::App& explain_app = *app.add_subcommand("explain", "what a check does and catches, or what RoPE a model has");
  add_explain(explain_app, explain);

  DiffOptions diff;
  CLI::App& diff_app = *app.add_subcommand("diff", "do models have the same RoPE, and if not, which key is why");
  add_diff(diff_app, diff);

  MatrixOptions matrix;
  CLI::App& matrix_app =
      *app.add_subcommand("matrix", "observed error as a share of the bound: each check, implementation and model");
  add_run(matrix_app, matrix.run);

  ListOptions list;
  CLI::App& list_app = *app.add_subcommand("list", "list checks, models, conventions, profiles");
  list_app.add_option("what", list.what, "checks, models, conventions, profiles or all")
      ->check(CLI::IsMember({"checks", "models", "conventions", "profiles", "all"}))
      ->option_text("WHAT")
      ->capture_default_str();

  CLI::App& bench_app = *app.add_subcommand("bench", "time the certified table, or implementations on a CPU or GPU");
  bench_app.footer("\nrope-conform bench reference --help, and so for cpu and gpu, say more, with examples.");
  BenchReferenceOptions bench_reference;
  CLI::App& bench_reference_app =
      *bench_app.add_subcommand("reference", "how fast correctly rounded cos and sin are made, and against what");
  add_bench_reference(bench_reference_app, bench_reference);
  BenchCpuOptions bench_cpu;
  CLI::App& bench_cpu_app =
      *bench_app.add_subcommand("cpu", "how fast implementations rotate, and against copying the same bytes");
  add_bench_cpu(bench_cpu_app, bench_cpu);
  BenchGpuOptions bench_gpu;
  CLI::App& bench_gpu_app = *bench_app.add_subcommand("gpu", "the same on a GPU, against a copy on the device");
  add_bench_gpu(bench_gpu_app, bench_gpu);

  SearchOptions search;
  CLI::App& search_app = *app.add_subcommand("search", "the cos and sin of a model that are hardest to round, as text");
  add_search(search_app, search);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return Ended{app.exit(error)};  // --help, --version
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) return usage(unexpected(app));
    return usage(error.what());
  }

  for (const CLI::App* const asked : {&app, &reproduce_app, &matrix_app}) {
    const RunOptions& given = asked == &app ? run : asked == &reproduce_app ? reproduce.run : matrix.run;
    const bool exhaustive = given.profile == "exhaustive";
    if (given.extent != 0 && !exhaustive)
      return usage("--extent N is for --profile exhaustive; add that, or leave it out");
    if (!given.fixtures.empty() && !exhaustive && asked->get_option("--profile")->count() > 0) {
      return usage(
          fmt::format("--fixtures decide the positions, so --profile {} says nothing beside them; leave one of "
                      "the two out (--profile exhaustive goes with fixtures)",
                      given.profile));
    }
  }
  if (app.got_subcommand(&reproduce_app)) {
    if (reproduce.run.implementations.size() != 1) return usage("reproduce needs exactly one --impl FILE");
    reproduce.run.jobs = default_jobs(reproduce.run.jobs);
    return reproduce;
  }
  if (app.got_subcommand(&generate_app)) {
    generate.jobs = default_jobs(generate.jobs);
    return generate;
  }
  if (app.got_subcommand(&verify_app)) {
    verify.jobs = default_jobs(verify.jobs);
    return verify;
  }
  if (app.got_subcommand(&list_app)) return list;
  if (app.got_subcommand(&explain_app)) {
    const bool model = !explain.choice.configs.empty() || !explain.choice.models.empty();
    if (explain.check.empty() == !model) {
      return usage(model ? "explain takes CHECK or models (--config, --model), not both; leave one of them out"
                         : "explain needs something to explain: CHECK, --config FILE or --model NAME");
    }
    return explain;
  }
  if (app.got_subcommand(&diff_app)) {
    if (diff.models.size() < 2 || diff.models.size() > largest_diff) {
      return usage(fmt::format("diff takes 2 to {} models, found {}; name files, folders or models of the catalogue",
                               largest_diff, diff.models.size()));
    }
    return diff;
  }
  if (app.got_subcommand(&matrix_app)) {
    if (matrix.run.implementations.empty()) return usage("matrix needs at least one --impl FILE");
    matrix.run.jobs = default_jobs(matrix.run.jobs);
    return matrix;
  }
  if (app.got_subcommand(&search_app)) {
    search.jobs = default_jobs(search.jobs);
    return search;
  }
  if (app.got_subcommand(&bench_app)) {
    if (bench_app.got_subcommand(&bench_reference_app)) return bench_reference;
    const bool gpu = bench_app.got_subcommand(&bench_gpu_app);
    if (!gpu && !bench_app.got_subcommand(&bench_cpu_app)) {
      return usage("bench needs a word that says what to measure: bench reference, bench cpu, bench gpu");
    }
    if ((gpu ? bench_gpu.implementations : bench_cpu.implementations).empty() &&
        (gpu ? bench_gpu.peers : bench_cpu.peers).empty()) {
      return usage(
          gpu ? "bench gpu needs at least one --impl FILE, such as build/release/lib/rope_impls/cuda/cuda.so, or "
                "--peers PYTHON"
              : "bench cpu needs at least one --impl FILE, such as build/release/lib/rope_impls/fused.so, or "
                "--peers PYTHON");
    }
    if (gpu) return bench_gpu;
    return bench_cpu;
  }
  if (run.implementations.empty()) {
    return usage("nothing to do: --impl FILE is missing (the implementation to check)");
  }
  run.jobs = default_jobs(run.jobs);
  return run;
}

}  // namespace rope::conformance
