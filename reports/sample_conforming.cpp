// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The sample in which nothing went wrong; all others are made from it.
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reports/sample_records.hpp"

namespace rope::reports {
namespace {

const std::vector<std::string> dtypes{"fp32", "fp16", "bf16"};

struct SampleModel {
  const char* name;
  std::int64_t max_position;
};
const std::vector<SampleModel> models{{"llama-2-7b", 4096}, {"llama-3-8b", 8192}, {"llama-3.1-8b", 131072}};

Check check(const std::string& id, const std::string& sentence, const std::string& rule, const std::string& bound) {
  Check made{id, sentence, rule, "MUST", bound, Verdict::pass, {}, {}};
  double ratio = 0.5;
  for (const SampleModel& model : models) {
    for (const std::string& dtype : dtypes) {
      Case one;
      one.id = fmt::format("{}/{}/{}/half-split", id, model.name, dtype);
      one.model = model.name;
      one.dtype = dtype;
      one.pairing = "half-split";
      one.verdict = Verdict::pass;
      one.cells = 131072;
      one.ratio = ratio += 0.015625;
      one.reproduce = fmt::format("rope-conform reproduce {} --impl build/release/lib/rope_impls/usual.so", one.id);
      one.seconds = 0.125;
      made.cases.push_back(one);
    }
  }
  return made;
}

}  // namespace

Record conforming_record() {
  Record record;
  record.implementation_name = "usual";
  record.implementation_version = "0.1.0";
  record.implementation_summary = "fp32 inv_freq, angle and sincosf; table and every operation in the tensor's dtype";
  record.implementation_file = "build/release/lib/rope_impls/usual.so";
  record.implementation_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  record.claims = {"dtypes: fp32 fp16 bf16", "pairings: half-split interleaved", "directions: forward backward"};
  record.verdict = Verdict::pass;
  record.exit_code = 0;
  record.verdict_sentence = "conforms: 45 of 45 cases pass";
  record.rules = "2026.1";
  record.seed = 1;
  record.profile = "standard";
  record.environment = {{"rope-conform", "0.1.0"}, {"compiler", "GCC 12.2.0"}, {"cpu", "x86-64"}};
  record.scope = "table + rotation";
  record.maths = "the right function, in half-split and interleaved pairing, forward and backward";
  record.memory = {"no write outside the outputs; inputs and floating-point environment unchanged"};
  record.not_tested = {"fp64: not in the dtypes that it describes"};
  record.combinations = {
      {"layouts", "bshd", true, "", {"llama-3.1-8b"}, dtypes, {"half-split", "interleaved"}},
      {"layouts", "sbhd", false, "usual does not claim the layout sbhd", {"llama-3.1-8b"}, dtypes, {"half-split"}},
      {"combinations", "bshd, padded, in place", true, "", {"llama-3.1-8b"}, {"fp32"}, {"half-split"}}};
  for (const SampleModel& model : models) {
    record.specs.emplace_back(
        model.name, fmt::format(R"({{"head_dim":128,"max_position":{},"theta":500000.0}})", model.max_position));
    const bool all = model.max_position <= 4096;
    record.coverage.push_back(
        {model.name, all ? static_cast<std::size_t>(model.max_position) : std::size_t{1024}, model.max_position});
    record.fixtures.push_back({model.name, fmt::format("/opt/rope/fixtures/{}.h5", model.name),
                               "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"});
    for (const std::string& dtype : dtypes) {
      Horizon horizon;
      horizon.model = model.name;
      horizon.dtype = dtype;
      horizon.max_position = model.max_position;
      horizon.checked_to = model.max_position - 1;
      horizon.holds = model.max_position - 1;
      horizon.angle_error = static_cast<double>(model.max_position) * 3.2e-8;
      horizon.usual_angle_error = static_cast<double>(model.max_position) * 6e-8;
      record.horizons.push_back(horizon);
    }
  }
  record.grades = {{"fp32", "equal", 0.7109375, 0.9312, "llama-3.1-8b", 131071, 5, "random q", "", "", 0},
                   {"fp16", "equal", 0.9996, 0.9921, "llama-3.1-8b", 98304, 21, "e1", "", "", 0},
                   {"bf16", "better", 0.21875, 0.99998, "llama-2-7b", 4095, 0, "random k", "", "", 0}};
  for (const SampleModel& model : models) {
    for (const std::string& dtype : dtypes) {
      Match match;
      match.model = model.name;
      match.dtype = dtype;
      match.pipeline = "declared";
      match.contract = "pos=int freq=f32:rpow(glibc) angle=f32:mul trig=f32:glibc table=f32:rn rotate=f32:mul out=none";
      match.compared = match.equal = 1572864;
      match.attributed = true;
      match.stages = {{"frequency", "rad", 0.00011, 0.00025, 131071, 5},
                      {"position", "rad", 0.0, 0, 0, 0},
                      {"angle", "rad", 0.0037, 0.0039, 131071, 0},
                      {"trigonometry", "r", 4.1e-8, 4.8e-8, 17, 3},
                      {"table", "r", 0.0, 0, 0, 0},
                      {"rotation", "r", 9.2e-8, 1.3e-7, 65535, 9},
                      {"output", "r", 0.0, 0, 0, 0}};
      match.error = 0.0031;
      match.error_bound = 0.0042;
      record.bits.push_back(match);
    }
  }
  for (const auto& [dtype, shift] : {std::pair{"fp32", 7.2e-5}, {"fp16", 5.1e-4}, {"bf16", 4.36e-3}}) {
    for (const char* what : {"content", "1,000 tokens back"}) {
      const AttentionShift usual{8 * shift, shift, 4 * shift, shift / 3, shift > 1e-3 ? 1U : 0U};
      const AttentionShift rounded{4 * shift, shift / 2, 2 * shift, shift / 6, 0};
      record.attention.push_back({"llama-3.1-8b", dtype, what, "", 131072, 0, 4096, 8, usual, usual, rounded});
    }
  }
  record.attention.push_back({"llama-3.1-8b",
                              "bf16",
                              "q and k",
                              "layer0.h5",
                              4096,
                              100,
                              4096,
                              256,
                              {0.02, 0.003, 0.01, 0.002, 2},
                              std::nullopt,
                              {0.01, 0.002, 0.005, 0.001, 1}});
  record.checks = {check("golden-table", "cos and sin, seen through unit vectors, against the fixture's exact table.",
                         "R1", "E(16, 2) of the usual pipeline"),
                   check("golden-rotation", "Rotated q and k against the fixture's exact rotation.", "R2",
                         "E(16, 2) of the usual pipeline"),
                   check("pairing-equivalence", "Half-split and interleaved agree under the permutation.", "R3",
                         "r * 2 [rho + kappa (1 + rho)] (A + D')"),
                   check("relative-position", "Inner products depend on the difference of positions only.", "R4",
                         "S2 of both placements and the rotation's rounding"),
                   check("long-context", "Error over the sampled positions to the model's limit.", "R5",
                         "E(16, 2) of the usual pipeline")};
  for (Check& one : record.checks) {
    Worst worst;
    worst.error = 0.00537109375;
    worst.bound = 0.0078125;
    worst.position = 131071;
    worst.pair = 5;
    worst.dtype = "bf16";
    worst.input_kind = "random q";
    worst.inputs = {{"0.5390625", "0x3f0a"}, {"-0.1171875", "0xbdf0"}};
    worst.expected = {{"-0.3671875", "0xbebc"}, {"0.412109375", "0x3ed3"}};
    worst.exact = {"-0.36702340561218", "0.41228877603331"};
    worst.got = {{"-0.365234375", "0xbebb"}, {"0.412109375", "0x3ed3"}};
    worst.case_id = one.cases.back().id;
    one.worst = worst;
    one.cases.back().worst = worst;
  }
  record.started = "2026-01-02T03:04:05Z";
  record.host = "example";
  record.seconds_total = 12.34;
  record.seconds_implementation = 2.05;
  record.seconds_suite = 10.29;
  record.directory = "build/release/reports";
  return record;
}

}  // namespace rope::reports
