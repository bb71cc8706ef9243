// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What was found, section by section of the report; the run's verdict is run_verdict's.
#include "conformance/record_of_run.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <map>
#include <utility>

#include "conformance/checks/check.hpp"
#include "conformance/checks/largest_calls.hpp"
#include "conformance/claims.hpp"
#include "conformance/exhaustive/swept_cases.hpp"
#include "conformance/file_digest.hpp"
#include "conformance/representatives.hpp"
#include "conformance/reproduce_command.hpp"
#include "conformance/run_verdict.hpp"
#include "conformance/scope.hpp"
#include "fixtures/spec_json.hpp"
#include "reports/wording.hpp"
#include "rope_impl.h"

namespace rope::conformance {
namespace {

using reports::Record;
using reports::Verdict;

/// The worst verdict of the cases that were judged; without any, why there are none.
Verdict verdict_of(const std::vector<reports::Case>& cases) {
  constexpr std::array<Verdict, 6> worst_first{Verdict::crashed, Verdict::timed_out, Verdict::fail,
                                               Verdict::warning, Verdict::pass,      Verdict::measured};
  for (Verdict verdict : worst_first) {
    if (std::any_of(cases.begin(), cases.end(), [&](const auto& c) { return c.verdict == verdict; })) return verdict;
  }
  for (Verdict verdict : {Verdict::unsupported, Verdict::not_observable}) {
    if (std::any_of(cases.begin(), cases.end(), [&](const auto& c) { return c.verdict == verdict; })) return verdict;
  }
  return Verdict::inconclusive;
}

std::vector<reports::Check> checks_of(const RunContext& context, const std::filesystem::path& library,
                                      const RunFindings& findings) {
  std::vector<reports::Check> checks;
  for (const CheckInfo& info : all_checks) {
    reports::Check check;
    check.id = info.id;
    check.sentence = info.sentence;
    check.rule = info.rule;
    check.level = info.level;
    check.bound = info.bound;
    double largest = -1;
    for (const CaseFinding& finding : findings.cases) {
      if (finding.id.check != info.id) continue;
      reports::Case record = finding.record;
      record.id = finding.id.text();
      record.model = finding.id.model;
      record.dtype = finding.id.dtype;
      record.pairing = finding.id.pairing;
      record.reproduce = reproduce_command(context, library, finding.id);
      if (record.worst) record.worst->case_id = record.id;
      if (record.worst && record.ratio.value_or(0) > largest) {
        largest = record.ratio.value_or(0);
        check.worst = record.worst;
      }
      check.cases.push_back(std::move(record));
    }
    if (check.cases.empty()) continue;
    check.verdict = verdict_of(check.cases);
    checks.push_back(std::move(check));
  }
  return checks;
}

std::vector<reports::Grade> grades_of(const Description& description, const RunFindings& findings, bool accept) {
  std::vector<reports::Grade> grades;
  for (DType dtype : tensor_dtypes) {
    Accuracy all;
    reports::Grade grade;
    grade.dtype = name(dtype);
    double largest = -1;
    for (const CaseFinding& finding : findings.cases) {
      if (!finding.accuracy || finding.id.dtype != grade.dtype) continue;
      const Accuracy& one = *finding.accuracy;
      if (one.worst_equal && one.equal_ratio > largest) {
        largest = one.equal_ratio;
        grade.model = finding.id.model;
        grade.position = one.worst_equal->position;
        grade.pair = one.worst_equal->pair;
        grade.input_kind = name(one.worst_equal->head);
      }
      all.merge(one);
    }
    if (all.cells == 0) continue;
    grade.grade = name(all.grade);
    grade.ratio = all.equal_ratio;
    grade.correctly_rounded = static_cast<double>(all.correctly_rounded) / static_cast<double>(all.components);
    for (const auto& [declared_for, text] : description.contracts) {
      if (declared_for != dtype) continue;
      grade.contract = text;
      grade.contract_ratio = all.contract_ratio;
      const auto contract = parse_contract(text, dtype);
      const bool below = below_floor(std::get<Contract>(contract)).has_value();
      grade.contract_verdict = all.contract_ratio > 1 ? "outside"
                               : below ? (accept ? "as declared, below floor (accepted)" : "as declared, below floor")
                                       : "inside";
    }
    grades.push_back(std::move(grade));
  }
  return grades;
}

/// One horizon for each model and dtype: the shorter of the two pairings', the larger angle error.
std::vector<reports::Horizon> horizons_of(const RunFindings& findings) {
  std::vector<reports::Horizon> out;
  for (const reports::Horizon& one : findings.horizons) {
    const auto same = std::find_if(out.begin(), out.end(),
                                   [&](const auto& h) { return h.model == one.model && h.dtype == one.dtype; });
    if (same == out.end()) {
      out.push_back(one);
      continue;
    }
    same->checked_to = std::min(same->checked_to, one.checked_to);
    same->holds = same->holds && one.holds ? std::optional(std::min(*same->holds, *one.holds)) : std::nullopt;
    same->angle_error = std::max(same->angle_error, one.angle_error);
    same->usual_angle_error = std::max(same->usual_angle_error, one.usual_angle_error);
    if (same->tiers && one.tiers) merge(*same->tiers, *one.tiers);
    if (!same->tiers) same->tiers = one.tiers;
  }
  return out;
}

std::vector<reports::Diagnosis> diagnosis_of(const RunFindings& findings) {
  std::vector<reports::Diagnosis> out;
  std::map<std::string, std::vector<const DiagnosisFinding*>> named;
  std::vector<std::string> order;
  std::size_t unknown = 0;
  for (const DiagnosisFinding& finding : findings.diagnoses) {
    if (!finding.named) {
      ++unknown;
      continue;
    }
    if (named[finding.named->id].empty()) order.push_back(finding.named->id);
    named[finding.named->id].push_back(&finding);
  }
  for (const std::string& id : order) {
    const auto& found = named[id];
    double least = 1;
    for (const DiagnosisFinding* finding : found) least = std::min(least, finding->named->fits);
    const std::string share = least == 1 ? "all" : fmt::format("{:.1f}%", std::floor(1000 * least) / 10);
    out.push_back({id, found.front()->named->sentence,
                   fmt::format("explains {} of the outputs in {} of {} failing responses", share, found.size(),
                               findings.diagnoses.size())});
  }
  if (unknown > 0) {
    out.push_back({"unknown", "no single fault of the list explains the outputs",
                   fmt::format("in {} of {} failing responses", unknown, findings.diagnoses.size())});
  }
  return out;
}

/// Refusals of whole groups of cases, with their reasons, and what this version of the suite does not ask.
std::vector<std::string> not_tested(const Description& description, const RunFindings& findings,
                                    const std::string& rules) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& line) {
    if (std::find(out.begin(), out.end(), line) == out.end()) out.push_back(line);
  };
  for (DType dtype : tensor_dtypes) {
    if (!description.has(dtype)) add(fmt::format("{}: not among its dtypes", name(dtype)));
  }
  for (Pairing pairing : {Pairing::half_split, Pairing::interleaved}) {
    if (!description.has(pairing)) add(fmt::format("{}: not among its pairings", name(pairing)));
  }
  for (const CaseFinding& finding : findings.cases) {
    const bool by_claim =
        !description.has(*dtype_from_name(finding.id.dtype)) ||
        (pairing_from_name(finding.id.pairing) && !description.has(*pairing_from_name(finding.id.pairing)));
    if (finding.record.verdict != Verdict::unsupported || by_claim) continue;
    add(fmt::format("{}, {}, {}: {}", finding.id.model, finding.id.dtype, finding.id.pairing, finding.record.message));
  }
  for (const std::string& refusal : findings.refusals) add(refusal);
  for (const std::string& claim : description.unknown_claims) {
    add(claim + ": not known to this version; it may be of a later header");
  }
  const std::string past = fmt::format(
      "input values beyond ±64, more than {} heads of q or of k, {} rows of a batch or {} tokens of a row in one call",
      most_heads, most_rows_at_once, longest_call);
  if (in_rules(*find_check("threads"), rules)) {
    add("not asked by this version: " + past);
  } else if (in_rules(*find_check("combinations"), rules)) {
    add("not asked by these rules: negative positions, two handles at once, several threads; " + past);
  } else {
    add("not asked by these rules: batches, strides, layouts but bshd, packed sequences, a decoding step against the "
        "same token in a prefill, more than 4 heads of q or 2 of k, k left out, backward in place, negative positions, "
        "inputs past 1 in size, two handles at once, several threads, tables that the caller makes");
  }
  return out;
}

std::string maths_of(const std::vector<reports::Check>& checks, const std::vector<reports::Grade>& grades,
                     const RunFindings& findings, const std::vector<reports::Diagnosis>& diagnosis) {
  std::size_t wrong = 0;
  std::size_t judged = 0;
  bool golden = false;  // only these can see frequencies, positions and direction
  for (const reports::Check& check : checks) {
    if (check.id == "match") continue;  // a more accurate rotation has other bits and the same mathematics
    for (const reports::Case& one : check.cases) {
      const bool right = one.verdict == Verdict::pass || one.verdict == Verdict::warning;
      if (!right && !reports::is_failure(one.verdict)) continue;
      ++judged;
      if (!right) ++wrong;
      golden = golden || (right && (check.id == "golden-table" || check.id == "golden-rotation"));
    }
  }
  if (judged == 0) return "not seen: no case could be run";
  if (wrong == 0) {
    const bool as_declared =
        std::any_of(grades.begin(), grades.end(), [](const reports::Grade& grade) { return grade.grade == "fail"; });
    if (as_declared) return "as declared, which is not the model's own function";
    if (!golden) return "not judged: that needs golden-table or golden-rotation";
    return "right: pairing, direction, positions and frequencies are those of the model";
  }
  for (const reports::Diagnosis& one : diagnosis) {
    if (one.id != "unknown") return "wrong: " + one.sentence;
  }
  std::optional<std::int64_t> first;
  for (const CaseFinding& finding : findings.cases) {
    if (!finding.accuracy || !finding.accuracy->first_failure) continue;
    first = first ? std::min(*first, *finding.accuracy->first_failure) : *finding.accuracy->first_failure;
  }
  if (first) {
    return fmt::format("wrong or too inaccurate from position {} on, cause not on the list of known faults", *first);
  }
  return fmt::format("{} of {} cases failed", wrong, judged);
}

std::string now() {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

/// Of families whose frequencies depend on the sequence's length: the one that the spec is about.
std::optional<std::int64_t> one_length_of(const Family& family) {
  if (const auto* dynamic = std::get_if<DynamicNtkFamily>(&family)) return dynamic->sequence_length;
  if (const auto* longrope = std::get_if<LongRopeFamily>(&family)) return longrope->sequence_length;
  if (const auto* scaled = std::get_if<LengthScaledFamily>(&family)) return scaled->sequence_length;
  return std::nullopt;
}

/// In the order of their first appearance; one that was seen again says how often.
std::vector<std::string> each_once(const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, std::size_t>> seen;
  for (const std::string& text : texts) {
    const auto at = std::find_if(seen.begin(), seen.end(), [&](const auto& other) { return other.first == text; });
    if (at == seen.end()) {
      seen.emplace_back(text, 1);
    } else {
      ++at->second;
    }
  }
  std::vector<std::string> out;
  for (const auto& [text, count] : seen) out.push_back(count == 1 ? text : fmt::format("{}, {} times", text, count));
  return out;
}

}  // namespace

Record record_of_run(const RunContext& context, const std::filesystem::path& library, const Description& description,
                     const RunFindings& findings) {
  Record record;
  record.implementation_name = description.name;
  record.implementation_version = description.version;
  record.implementation_summary = description.summary;
  record.implementation_file = library.string();
  record.implementation_sha256 = sha256_of_file(library);
  record.claims = claims_of(description);
  record.rules = context.options.rules.empty() ? std::string(latest_rules) : context.options.rules;
  // Fixtures that were given decide the positions and the inputs.
  const bool given = !context.options.fixtures.empty() && !context.fixtures.empty();
  record.seed = given ? context.fixtures.front().fixture.seed : context.options.seed;
  record.profile = given ? "as the fixtures" : context.options.profile;
  if (given && context.options.profile == "exhaustive") record.profile = "exhaustive, samples as the fixtures";

  utsname system{};
  uname(&system);
  record.environment = {{"rope-conform", ROPE_CONFORM_VERSION},
                        {"abi", std::to_string(ROPE_IMPL_ABI_VERSION)},
                        {"architecture", system.machine},
                        {"compiler", ROPE_CONFORM_COMPILER}};
  for (const GoldenFixture& golden : context.fixtures) {
    record.specs.emplace_back(golden.model.name, fixtures::spec_to_json(golden.fixture.spec));
    record.coverage.push_back({golden.model.name, golden.fixture.positions.size(), golden.fixture.extent});
    for (const SweptFinding& swept : findings.swept) {
      if (swept.model != golden.model.name) continue;
      // The shortest pass of a model says how much of it every dtype was looked at.
      reports::Coverage& coverage = record.coverage.back();
      const auto checked = static_cast<std::size_t>(swept.checked);
      coverage.positions =
          coverage.of == swept.of && coverage.exhaustive ? std::min(coverage.positions, checked) : checked;
      coverage.of = swept.of;
      coverage.exhaustive = true;
    }
    record.fixtures.push_back({golden.model.name, golden.path.string(), golden.fixture.digest});
  }
  for (const auto& [dtype, text] : description.contracts) record.contracts.emplace_back(name(dtype), text);
  record.scope = scope_of(findings.used);
  const ModelChoice& choice = context.options.choice;
  if (choice.configs.empty() && choice.models.empty() && !given) record.representatives = representatives();

  record.checks = checks_of(context, library, findings);
  record.grades = grades_of(description, findings, context.options.accept_declared);
  record.horizons = horizons_of(findings);
  record.combinations = findings.combinations.all();
  record.bits = findings.bits;
  record.attention = findings.attention;
  record.diagnosis = diagnosis_of(findings);
  record.maths = maths_of(record.checks, record.grades, findings, record.diagnosis);
  record.not_tested = not_tested(description, findings, record.rules);
  for (const GoldenFixture& golden : context.fixtures) {
    if (!golden.model.not_tested.empty()) record.not_tested.push_back(golden.model.not_tested);
    if (const auto length = one_length_of(golden.fixture.spec.family)) {
      record.not_tested.push_back(fmt::format("{}: sequences of other lengths than {}, whose frequencies differ ({})",
                                              golden.model.name, *length, name(golden.fixture.spec.family)));
    }
  }
  if (!findings.memory_faults.empty()) {
    record.memory = each_once(findings.memory_faults);
  } else if (findings.answered) {
    record.memory.emplace_back("nothing written outside the outputs, inputs left alone");
  }
  if (!description.fp_environment.empty()) record.memory.push_back("while loading: " + description.fp_environment);
  if (findings.fp_environment_changed) {
    record.memory.emplace_back("changes the thread's rounding mode or flush-to-zero setting and leaves it changed");
  }
  decide(record, context, findings);

  record.started = now();
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  record.host = host.data();
  record.seconds_total = findings.seconds_total;
  record.seconds_implementation = findings.seconds_implementation;
  record.seconds_verifier = findings.seconds_verifier;
  record.seconds_suite = std::max(0.0, findings.seconds_total - findings.seconds_implementation);
  record.captured_output = findings.captured_output;
  record.directory = context.options.out.string();
  return record;
}

}  // namespace rope::conformance
