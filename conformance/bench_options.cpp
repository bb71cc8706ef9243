// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Options and help texts of the verbs that measure time, with CLI11.
#include "conformance/bench_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>

namespace rope::conformance {

void add_bench_reference(CLI::App& app, BenchReferenceOptions& bench) {
  app.add_option("--json", bench.json, "write the figures as JSON, too")->option_text("FILE");
  app.add_option("--positions", bench.positions, "positions of the table, 256 to 131072; default: 131072")
      ->check(CLI::Range(std::int64_t{256}, std::int64_t{1} << 17))
      ->option_text("N")
      ->capture_default_str();
  app.add_option("--rounds", bench.rounds, "rounds, each with every method once, 3 to 1000; default: 11")
      ->check(CLI::Range(3, 1000))
      ->option_text("N")
      ->capture_default_str();
  app.add_option("--threads", bench.threads, "threads of each method; default: 1, and 2 for the larger figures")
      ->check(CLI::Range(1, 1024))
      ->option_text("N");
  app.add_flag("--full", bench.full, "also 8 times the positions verified in memory, and 128 times certified unstored");
  app.footer(R"(
Examples:
  rope-conform bench reference                     about half a minute
  rope-conform bench reference --json figures.json --threads 2
  rope-conform bench reference --full              also 2^20 and 2^24 positions

Exit codes: 0 measured, 2 a bad option or FILE, 4 the bench is missing or failed.)");
}

void add_bench_cpu(CLI::App& app, BenchCpuOptions& bench) {
  app.add_option("--impl", bench.implementations, "a library to time; may be given again")
      ->check(CLI::ExistingFile)
      ->allow_extra_args(false)
      ->option_text("FILE");
  app.add_option("--shape", bench.shapes,
                 "prefill, large (four times the last cache) or decode; may be given again; default: all")
      ->check(CLI::IsMember({"prefill", "large", "decode"}))
      ->allow_extra_args(false)
      ->option_text("NAME");
  app.add_option("--dtype", bench.dtypes, "fp32, fp16 or bf16; may be given again; default: all")
      ->check(CLI::IsMember({"fp32", "fp16", "bf16"}))
      ->allow_extra_args(false)
      ->option_text("DTYPE");
  app.add_option("--pairing", bench.pairings, "half-split or interleaved; may be given again; default: both")
      ->check(CLI::IsMember({"half-split", "interleaved"}))
      ->allow_extra_args(false)
      ->option_text("NAME");
  app.add_option("--threads", bench.threads, "OpenMP threads; may be given again; default: 1 and 2")
      ->check(CLI::Range(1, 1024))
      ->allow_extra_args(false)
      ->option_text("N");
  app.add_option("--rounds", bench.rounds, "rounds, each with every method once, 3 to 1000; default: 11")
      ->check(CLI::Range(3, 1000))
      ->option_text("N")
      ->capture_default_str();
  app.add_option("--json", bench.json, "write the figures as JSON, too")->option_text("FILE");
  app.add_flag("--markdown", bench.markdown, "print tables to paste into a page");
  app.footer(R"(
Each line is a multiple of the time that memcpy takes for the same bytes. Output is
held against the certified table, so a kernel that does something else shows.

Examples:
  rope-conform bench cpu --impl build/release/lib/rope_impls/fused.so
  rope-conform bench cpu --impl ./libfoo.so --shape decode --dtype bf16
  rope-conform bench cpu --impl ./a.so --impl ./b.so --threads 2 --json f.json

Exit codes: 0 measured, 2 a bad option or FILE, 3 a library cannot be loaded,
4 the bench is missing or failed.)");
}

}  // namespace rope::conformance
