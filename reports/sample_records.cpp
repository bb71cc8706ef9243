// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The samples, each made from the conforming one by what went wrong.
#include "reports/sample_records.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace rope::reports {
namespace {

Case& case_of(Record& record, const std::string& id) {
  for (Check& one : record.checks) {
    for (Case& candidate : one.cases) {
      if (candidate.id == id) return candidate;
    }
  }
  throw std::out_of_range("no sample case " + id);
}

Check& check_of(Record& record, const std::string& id) {
  for (Check& one : record.checks) {
    if (one.id == id) return one;
  }
  throw std::out_of_range("no sample check " + id);
}

void implementation(Record& record, const std::string& name, const std::string& summary) {
  record.implementation_name = name;
  record.implementation_summary = summary;
  record.implementation_file = fmt::format("build/release/lib/rope_impls/faulty/{}.so", name);
  for (Check& one : record.checks) {
    for (Case& each : one.cases) {
      each.reproduce = fmt::format("rope-conform reproduce {} --impl {}", each.id, record.implementation_file);
    }
  }
}

Record failing_record() {
  Record record = conforming_record();
  implementation(record, "pair-swapped", "rotates adjacent pairs where half-split is asked for");
  record.verdict = Verdict::fail;
  record.exit_code = 1;
  record.verdict_sentence = "does not conform: 18 of 45 cases fail";
  record.maths = "wrong: Pairs are interleaved where half-split was asked for.";
  for (const char* id : {"golden-table", "golden-rotation"}) {
    Check& failed = check_of(record, id);
    failed.verdict = Verdict::fail;
    for (Case& one : failed.cases) {
      one.verdict = Verdict::fail;
      one.ratio = 182.5;
      one.message = "182 times the limit E(16, 2) at position 131071, pair 5, random q; first beyond it at position 1";
      Worst worst;
      worst.error = 1.4228515625;
      worst.bound = 0.0078125;
      worst.position = 131071;
      worst.pair = 5;
      worst.dtype = one.dtype;
      worst.input_kind = "random q";
      worst.inputs = {{"0.5390625", "0x3f0a"}, {"-0.1171875", "0xbdf0"}};
      worst.expected = {{"-0.3671875", "0xbebc"}, {"0.412109375", "0x3ed3"}};
      worst.exact = {"-0.36702340561218", "0.41228877603331"};
      worst.got = {{"0.5390625", "0x3f0a"}, {"-0.1171875", "0xbdf0"}};
      worst.case_id = one.id;
      one.worst = worst;
    }
    failed.worst = failed.cases.front().worst;
  }
  for (Grade& grade : record.grades) {
    grade.grade = "fail";
    grade.ratio = 182.5;
    grade.correctly_rounded = 0.00390625;
  }
  for (Horizon& one : record.horizons) {
    one.holds.reset();
    one.angle_error = 3.14;
  }
  for (Match& one : record.bits) {
    one.equal = 24576;
    one.first = BitDifference{1, 0, 1, "half-split", "e1", {"0.84147096", "0x3f576aa4"}, {"0", "0x00000000"}};
    one.stage = "table or a stage before it";
    one.finding = "stage unknown: table or a stage before it";
    one.attributed = false;
    for (StageError& stage : one.stages) stage.measured.reset();
  }
  record.diagnosis = {{"pair-swapped", "Pairs are interleaved where half-split was asked for.",
                       "All 131,072 pairs of bf16 on llama-3.1-8b fit the other pairing within its bound."}};
  record.representatives = {{"gpt-oss-20b", "yarn, half-split", {"olmo-3-7b.full_attention", "qwen3-8b-yarn"}},
                            {"phi-3.5-mini", "longrope, half-split", {"phi-4-mini"}},
                            {"llama-3.1-8b", "llama3", {}}};
  return record;
}

Record crashed_record() {
  Record record = conforming_record();
  implementation(record, "crashes", "dies at the first long position");
  record.verdict = Verdict::fail;
  record.exit_code = 1;
  record.verdict_sentence = "the implementation crashed in 1 case and did not answer in another";
  Check& failed = check_of(record, "long-context");
  failed.verdict = Verdict::crashed;
  Case& crashed = case_of(record, "long-context/llama-3.1-8b/bf16/half-split");
  crashed.verdict = Verdict::crashed;
  crashed.ratio.reset();
  crashed.cells = 0;
  crashed.message = "the worker ended by signal 11 (segmentation fault) in apply, at positions 65536 to 69631";
  Case& hung = case_of(record, "long-context/llama-3.1-8b/fp16/half-split");
  hung.verdict = Verdict::timed_out;
  hung.ratio.reset();
  hung.cells = 0;
  hung.message = "no answer from apply within 5.0 s; the worker was ended";
  record.captured_output = "kernel: table too short\nkernel: giving up\n";
  return record;
}

Record partly_unsupported_record() {
  Record record = conforming_record();
  implementation(record, "bf16-only", "a kernel for one dtype");
  record.verdict_sentence = "conforms: 15 of 45 cases pass, 30 not supported by it";
  for (Check& one : record.checks) {
    for (Case& each : one.cases) {
      if (each.dtype == "bf16") continue;
      each.verdict = Verdict::unsupported;
      each.cells = 0;
      each.ratio.reset();
      each.message = fmt::format("describe does not list {}", each.dtype);
    }
  }
  record.grades = {record.grades.back()};
  record.bits.clear();
  std::vector<Horizon> bf16;
  for (const Horizon& one : record.horizons) {
    if (one.dtype == "bf16") bf16.push_back(one);
  }
  record.horizons = bf16;
  record.not_tested = {"fp32: not in the dtypes that it describes", "fp16: not in the dtypes that it describes",
                       "head_dim 80: query says \"head_dim must be 64 or 128\""};
  return record;
}

Record inconclusive_record() {
  Record record = partly_unsupported_record();
  implementation(record, "nothing-supported", "says no to everything");
  record.verdict = Verdict::inconclusive;
  record.exit_code = 5;
  record.verdict_sentence = "golden-rotation ran in no dtype, so nothing can be said";
  record.maths.clear();
  record.grades.clear();
  record.horizons.clear();
  record.memory.clear();
  for (Check& one : record.checks) {
    one.verdict = Verdict::inconclusive;
    for (Case& each : one.cases) {
      each.verdict = Verdict::unsupported;
      each.cells = 0;
      each.ratio.reset();
      each.message = "query says \"only on Tuesdays\"";
    }
  }
  return record;
}

Record contract_outside_record() {
  Record record = conforming_record();
  implementation(record, "overclaims", "declares more than it does");
  record.verdict = Verdict::fail;
  record.exit_code = 1;
  record.verdict_sentence = "bf16 is outside the contract that it declares";
  record.contracts = {{"fp32", "pos=int freq=f32:rpow~2ulp angle=f32:mul trig=f32:glibc table=f32 rotate=f32:mul"},
                      {"bf16", "pos=int freq=f32:rpow~2ulp angle=f32:mul trig=f32:glibc table=f32 rotate=f32:mul"}};
  for (Grade& grade : record.grades) {
    if (grade.dtype == "fp16") continue;
    grade.contract = record.contracts.front().second;
    grade.contract_verdict = grade.dtype == "bf16" ? "outside" : "inside";
    grade.contract_ratio = grade.dtype == "bf16" ? 1.0004 : 0.99962;
  }
  return record;
}

Record looser_record() {
  Record record = conforming_record();
  // One dtype is held against a pipeline that it nearly is, another has a contract that leaves something open.
  record.bits[0].open = "trig=f32 leaves open which sine and cosine are used; write trig=f32:cr or trig=f32:glibc";
  record.bits[0].equal = record.bits[0].compared = 0;
  record.bits[2].pipeline = "hf-eager-bf16";
  record.bits[2].equal -= 17;
  record.bits[2].first =
      BitDifference{4113, 12, 0, "interleaved", "random k", {"0.5390625", "0x3f0a"}, {"0.54296875", "0x3f0b"}};
  record.bits[2].stage = "trig";
  record.bits[2].instead = "trig=f32:cr";
  record.bits[2].instead_share = 1;
  record.bits[2].finding = "stage trig: trig=f32:cr fits all of the bits";
  implementation(record, "iterated", "multiplies frequencies up one after the other");
  record.verdict = Verdict::warning;
  record.exit_code = 0;
  record.verdict_sentence = "conforms, less accurate than the usual pipeline in fp32";
  record.grades.front().grade = "looser";
  record.grades.front().ratio = 4.8125;
  for (Horizon& one : record.horizons) {
    if (one.model == "llama-3.1-8b" && one.dtype == "fp32") one.holds = 65535;
  }
  Check& warned = check_of(record, "long-context");
  warned.verdict = Verdict::warning;
  Case& one = case_of(record, "long-context/llama-3.1-8b/fp32/half-split");
  one.verdict = Verdict::warning;
  one.message = "4.81 of the usual pipeline's bound at position 131071, pair 40";
  return record;
}

Record not_loaded_record() {
  Record record;
  record.implementation_file = "./notes.so";
  record.verdict = Verdict::inconclusive;
  record.exit_code = 3;
  record.verdict_sentence =
      "expected a shared library for x86-64, found a text file in ./notes.so; build it with cc -shared -fPIC";
  record.rules = "2026.1";
  record.directory = "out";
  return record;
}

/// Names without end, bytes that are not text, numbers that are not finite, markup and quotes.
Record hostile_record() {
  Record record = failing_record();
  const std::string long_name =
      "a-kernel-with-a-name-that-nobody-thought-of-when-the-columns-of-this-summary-were-laid-out";
  record.implementation_name = long_name;
  record.implementation_version = "1.0\x1b[2J\xff";
  record.implementation_file = "/a folder/" + long_name + "/lib\"quoted\" <&>.so";
  record.verdict_sentence = "wrong | wrong `twice` <script> ]]> \x01 & \xed\xa0\x80\nsecond line";
  record.maths = "模型回転は正しくありません: 位置 131071 で模型回転は正しくありません、位置 131071 で正しくありません";
  record.environment.emplace_back("locale\t", std::string("zero \0 byte", 11));
  record.grades.front().ratio = std::nan("");
  record.grades.back().ratio = std::numeric_limits<double>::infinity();
  record.horizons.front().angle_error = std::nan("");
  record.seconds_total = std::numeric_limits<double>::infinity();
  record.specs.emplace_back("not-json", "{\"theta\": 1e4");
  record.not_tested.assign(12, "a reason");
  Check& failed = check_of(record, "golden-table");
  Case& one = failed.cases.front();
  one.message = "```\n| a | b |\n\xf0\x9f\x98\x80 \xc3( <failure> \"]]>\"";
  one.reproduce = "rope-conform reproduce " + one.id + " --impl '/a folder/" + long_name + "/lib.so' --timeout 2";
  one.ratio = std::nan("");
  one.worst->error = std::numeric_limits<double>::infinity();
  one.worst->got = {{"nan", "0x7fc0"}, {"inf", "0x7f80"}};
  failed.worst = one.worst;
  for (Check& kept : record.checks) kept.cases.resize(2);
  record.captured_output = "\x1b[31mred\x1b[0m \xfe\xff ```` ]]> </system-out>\r\n";
  return record;
}

Record exhaustive_record() {
  Record record = conforming_record();
  record.profile = "exhaustive";
  for (Coverage& one : record.coverage) one.positions = static_cast<std::size_t>(one.of);
  for (Horizon& one : record.horizons) {
    Tiers tiers;
    tiers.tier = one.dtype == "fp32" ? "C" : one.dtype == "fp16" ? "B" : "A";
    tiers.units = one.dtype == "fp32" ? 5120.25 : one.dtype == "fp16" ? 2.875 : 1.0;
    tiers.position = one.max_position - 3;
    tiers.pair = 1;
    tiers.input_kind = "random k";
    if (one.dtype != "fp32") tiers.correctly_rounded_to = 16;
    if (one.dtype != "fp32") tiers.a_to = one.dtype == "fp16" ? 17 : one.max_position - 1;
    tiers.b_to = one.dtype == "fp32" ? 2 : one.max_position - 1;
    tiers.correctly_rounded = one.dtype == "fp32" ? 0.25 : 0.96875;
    tiers.components = static_cast<std::uint64_t>(one.max_position) * 128;
    tiers.median = 0.28125;
    tiers.p99 = 0.5625;
    tiers.p9999 = 1.25;
    const std::uint64_t n = tiers.components;
    tiers.histogram = {{0.5, n - n / 32}, {1, n - n / 64}, {2, n - n / 128}, {4, n}, {16, n}, {1024, n}};
    one.tiers = tiers;
  }
  record.horizons.back().limit_empty_from = 98304;
  record.horizons.back().contract_empty_from = 65536;
  return record;
}

}  // namespace

std::vector<Sample> sample_records() {
  return {{"conforming", conforming_record()},
          {"failing", failing_record()},
          {"crashed", crashed_record()},
          {"partly-unsupported", partly_unsupported_record()},
          {"inconclusive", inconclusive_record()},
          {"contract-outside", contract_outside_record()},
          {"looser", looser_record()},
          {"exhaustive", exhaustive_record()},
          {"not-loaded", not_loaded_record()},
          {"hostile", hostile_record()}};
}

}  // namespace rope::reports
