// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Options and help texts of the verbs that measure time, with CLI11.
#include "conformance/bench_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

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

namespace {

/// What bench cpu and bench gpu share.
template <class Options>
void add_kernels(CLI::App& app, Options& bench, const std::string& shapes, const std::vector<std::string>& names) {
  app.add_option("--impl", bench.implementations, "a library to time; may be given again")
      ->check(CLI::ExistingFile)
      ->allow_extra_args(false)
      ->option_text("FILE");
  app.add_option("--peers", bench.peers, "also the libraries that this Python has, see below")->option_text("PYTHON");
  app.add_option("--shape", bench.shapes, shapes)
      ->check(CLI::IsMember(names))
      ->allow_extra_args(false)
      ->option_text("NAME");
  app.add_option("--dtype", bench.dtypes, "fp32, fp16 or bf16; default: all")
      ->check(CLI::IsMember({"fp32", "fp16", "bf16"}))
      ->allow_extra_args(false)
      ->option_text("DTYPE");
  app.add_option("--pairing", bench.pairings, "half-split or interleaved; default: both")
      ->check(CLI::IsMember({"half-split", "interleaved"}))
      ->allow_extra_args(false)
      ->option_text("NAME");
  app.add_option("--rounds", bench.rounds, "rounds of every method, 3 to 1000; default: 11")
      ->check(CLI::Range(3, 1000))
      ->option_text("N")
      ->capture_default_str();
  app.add_option("--timeout", bench.timeout_scale, "factor on the deadlines, see below; default: 1")
      ->check(CLI::Range(0.01, 1000.0))
      ->option_text("FACTOR")
      ->capture_default_str();
  app.add_option("--json", bench.json, "write the figures as JSON, too")->option_text("FILE");
  app.add_flag("--markdown", bench.markdown, "print tables to paste into a page");
}

}  // namespace

void add_bench_cpu(CLI::App& app, BenchCpuOptions& bench) {
  add_kernels(app, bench, "prefill, large or decode; default: all", {"prefill", "large", "decode"});
  app.add_option("--threads", bench.threads, "OpenMP threads; default: 1 and 2")
      ->check(CLI::Range(1, 1024))
      ->allow_extra_args(false)
      ->option_text("N");
  app.footer(R"(
All options but --rounds, --timeout, --json, --markdown and --peers may be given
again. Each line is a multiple of the time that memcpy takes for the same bytes;
large has four times the last cache. Output is held against the certified table:
an error beyond E(16, 2), where the suite's grades end, is named WRONG.

Libraries are loaded into the measuring program itself, and a call may take a
minute, preparing ten: what hangs longer ends it. Peers are PyTorch,
onnxruntime, JAX and ggml, each in a process of its own, so that nothing ends
with one of them; docs/performance-peers.md makes an environment that has them.

Examples:
  rope-conform bench cpu --impl build/release/lib/rope_impls/fused.so
  rope-conform bench cpu --impl ./libfoo.so --shape decode --dtype bf16
  rope-conform bench cpu --impl ./a.so --impl ./b.so --threads 2 --json f.json
  rope-conform bench cpu --impl ./libfoo.so --peers env/bin/python

Exit codes: 0 measured, 1 measured and an implementation is WRONG, 2 a bad
option or FILE, 3 a library cannot be loaded, 4 the bench is missing or failed,
a library hung or crashed, or of one nothing could be measured.)");
}

void add_bench_gpu(CLI::App& app, BenchGpuOptions& bench) {
  add_kernels(app, bench, "prefill, long or decode; default: all", {"prefill", "long", "decode"});
  app.footer(R"(
All options but --rounds, --timeout, --json, --markdown and --peers may be given
again. Each line is a multiple of the time that a copy on the device takes for
the same bytes, by the device's own clock, on buffers that rotate so that its
cache holds none of them; long has 2^20 positions. Libraries are those whose
tensors lie in CUDA's device memory. Output is held against the certified table,
as by bench cpu, and the deadlines are those. Peers are PyTorch and Triton.

Examples:
  rope-conform bench gpu --impl build/release/lib/rope_impls/cuda/cuda.so
  rope-conform bench gpu --impl ./libfoo.so --shape long --json f.json
  rope-conform bench gpu --impl ./libfoo.so --peers env/bin/python

Exit codes: 0 measured, 1 measured and an implementation is WRONG, 2 a bad
option or FILE, 3 a library cannot be loaded, 4 no GPU, a build without CUDA,
the bench failed, a library hung or crashed, or nothing of one was measured.)");
}

}  // namespace rope::conformance
