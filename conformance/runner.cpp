// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One response serves the golden checks of its model, dtype and pairing, so it is asked for once and kept.
#include "conformance/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "conformance/attention/attention_effect.hpp"
#include "conformance/checks/both_pairings.hpp"
#include "conformance/checks/check.hpp"
#include "conformance/checks/golden.hpp"
#include "conformance/checks/memory_faults.hpp"
#include "conformance/checks/must_support.hpp"
#include "conformance/checks/pairing_equivalence.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/relative_position.hpp"
#include "conformance/diagnosis/diagnose.hpp"
#include "conformance/driving/description.hpp"
#include "conformance/ending.hpp"
#include "conformance/exhaustive/swept_cases.hpp"
#include "conformance/match/noted_bits.hpp"
#include "conformance/record_of_run.hpp"

namespace rope::conformance {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array<Pairing, 2> pairings{Pairing::half_split, Pairing::interleaved};

class Run {
 public:
  Run(const RunContext& context, Loaded& implementation, RunFindings& findings)
      : context_(context),
        driver_(*implementation.driver),
        description_(implementation.description),
        contracts_(implementation.contracts),
        findings_(findings),
        bits_(context.wanted, implementation.contracts, findings.bits) {}

  void run(const CaseId& id) {
    const auto start = Clock::now();
    const GoldenFixture& golden = *std::find_if(context_.fixtures.begin(), context_.fixtures.end(),
                                                [&](const GoldenFixture& g) { return g.model.name == id.model; });
    const DType dtype = *dtype_from_name(id.dtype);
    if (context_.progress) context_.progress(id.text());
    CaseFinding finding;
    finding.id = id;
    if (timeouts_ >= most_timeouts) {
      finding.record = unanswered(RotateAnswer::Status::timed_out,
                                  fmt::format("not asked: {} calls before it did not end in time", timeouts_));
    } else if (id.check == "must-support") {
      finding.record = must_support(driver_.must_support());
    } else if (!description_.has(dtype)) {
      finding.record =
          unanswered(RotateAnswer::Status::unsupported, fmt::format("{} is not among its dtypes", id.dtype));
    } else if (id.check == "pairing-equivalence") {
      finding.record = both_pairings(golden, dtype);
    } else if (id.check == "match") {
      finding.record = matched(golden, dtype);
    } else if (id.check == "attention-effect") {
      finding.record = attention(golden, dtype);
    } else if (const Property* const asked = find_property(id.check)) {
      finding.record = property_in_each_pairing(*asked, golden, dtype);
    } else {
      one_pairing(golden, dtype, *pairing_from_name(id.pairing), finding);
    }
    finding.record.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    findings_.cases.push_back(std::move(finding));
  }

  void end() {
    const RotateAnswer answer = driver_.end();
    findings_.interrupted = context_.interrupted && context_.interrupted();
    if (!findings_.interrupted) note_ending(answer, findings_);
  }

 private:
  const Response& response(const GoldenFixture& golden, DType dtype, Pairing pairing) {
    const auto key = std::make_tuple(golden.model.name, dtype, pairing);
    auto it = responses_.find(key);
    if (it == responses_.end()) {
      // Only one model's and dtype's responses are needed at a time.
      if (!responses_.empty() && (std::get<0>(responses_.begin()->first) != golden.model.name ||
                                  std::get<1>(responses_.begin()->first) != dtype)) {
        responses_.clear();
      }
      it = responses_.emplace(key, respond(driver_, golden.fixture, dtype, pairing)).first;
      const Response& response = it->second;
      note(golden, dtype, pairing, response);
      if (!response.limited.empty()) {
        findings_.refusals.push_back(fmt::format("positions past {} ({}): {}", golden.fixture.spec.max_position,
                                                 golden.model.name, response.limited));
      }
      if (response.status == RotateAnswer::Status::ok) {
        auto& used = findings_.used;
        if (std::find(used.begin(), used.end(), response.used) == used.end()) used.push_back(response.used);
        // Bits that are no answer (left unwritten, say) fit no pipeline.
        if (response.memory_faults.empty()) bits_.note(golden.fixture, response);
      }
    }
    return it->second;
  }

  bool exhaustive() const { return context_.options.profile == "exhaustive"; }

  /// One pass serves the golden checks of its model, dtype and pairing.
  const Sweep& sweep_of(const GoldenFixture& golden, DType dtype, Pairing pairing, const Judge& judged) {
    const auto key = std::make_tuple(golden.model.name, dtype, pairing);
    if (const auto known = sweeps_.find(key); known != sweeps_.end()) return known->second;
    SweepRequest request;
    request.dtype = dtype;
    request.pairing = pairing;
    request.extent = context_.options.extent > 0 ? context_.options.extent : golden.fixture.extent;
    request.seed = golden.fixture.seed;
    request.threads = context_.options.jobs;
    request.interrupted = context_.interrupted;
    if (context_.progress_of_pass) {
      request.progress = [&](const SweepProgress& at) {
        context_.progress_of_pass(fmt::format("{} {} {}", golden.model.name, name(dtype), name(pairing)), at.done,
                                  at.of, at.seconds);
      };
    }
    const Sweep& swept = sweeps_.emplace(key, sweep(driver_, golden.fixture, judged, request)).first->second;
    findings_.seconds_implementation += swept.seconds_implementation;
    findings_.seconds_verifier += swept.seconds_verifier;
    findings_.swept.push_back(
        {golden.model.name, swept.checked, std::max(request.extent, golden.fixture.spec.max_position)});
    for (const std::string& fault : swept.memory_faults) {
      findings_.memory_faults.push_back(
          fmt::format("{} ({}, {}, {})", fault, golden.model.name, name(dtype), name(pairing)));
    }
    findings_.fp_environment_changed = findings_.fp_environment_changed || swept.fp_environment_changed;
    if (swept.status == RotateAnswer::Status::timed_out) ++timeouts_;
    if (!swept.limited.empty()) {
      findings_.refusals.push_back(fmt::format("positions from {} on ({}): {}{}", swept.checked, golden.model.name,
                                               swept.limited,
                                               swept.checked > 0 && swept.limited != "interrupted"
                                                   ? fmt::format("; ask for --extent {} at most", swept.checked)
                                                   : std::string()));
    }
    return swept;
  }

  /// What an answer shows besides its numbers; a Response and a RotateAnswer have the same fields for it.
  template <typename Answer>
  void note(const GoldenFixture& golden, DType dtype, Pairing pairing, const Answer& answer) {
    findings_.seconds_implementation += answer.seconds;
    for (const std::string& fault : answer.memory_faults) {
      findings_.memory_faults.push_back(
          fmt::format("{} ({}, {}, {})", fault, golden.model.name, name(dtype), name(pairing)));
    }
    findings_.fp_environment_changed = findings_.fp_environment_changed || answer.fp_environment_changed;
    if (answer.status == RotateAnswer::Status::timed_out) ++timeouts_;
    if (answer.status == RotateAnswer::Status::ok) findings_.answered = true;
  }

  /// R17.
  reports::Case matched(const GoldenFixture& golden, DType dtype) {
    reports::Case record;
    for (Pairing pairing : pairings) {
      if (!description_.has(pairing)) continue;
      const Response& answer = response(golden, dtype, pairing);
      if (answer.status != RotateAnswer::Status::ok) return unanswered(answer.status, answer.message);
      judge_memory(answer.memory_faults, record);
    }
    return bits_.judged(golden.fixture, dtype, std::move(record));
  }

  /// Cases of one model and dtype follow each other; a declared truth takes longer than some of them.
  const Judge& judge(const GoldenFixture& golden, DType dtype) {
    if (!judge_ || judged_ != std::pair(&golden, dtype)) {
      const auto it = contracts_.find(dtype);
      judge_.emplace(golden.fixture, dtype, it == contracts_.end() ? std::nullopt : std::optional<Contract>(it->second),
                     exhaustive() ? context_.options.extent : 0);
      judged_ = {&golden, dtype};
    }
    return *judge_;
  }

  reports::Case both_pairings(const GoldenFixture& golden, DType dtype) {
    const bool accept = context_.options.accept_declared;
    if (description_.has(Pairing::half_split) && description_.has(Pairing::interleaved)) {
      const Response& half = response(golden, dtype, Pairing::half_split);
      if (half.status != RotateAnswer::Status::ok) return unanswered(half.status, half.message);
      const Response& interleaved = response(golden, dtype, Pairing::interleaved);
      reports::Case record = pairing_equivalence(half, interleaved, golden.fixture, judge(golden, dtype));
      judge_memory(half.memory_faults, record);
      judge_memory(interleaved.memory_faults, record);
      return record;
    }
    const Pairing only = description_.has(Pairing::half_split) ? Pairing::half_split : Pairing::interleaved;
    const Response& answer = response(golden, dtype, only);
    reports::Case record = pairing_equivalence_of_one(answer, golden.fixture, judge(golden, dtype), accept);
    judge_memory(answer.memory_faults, record);
    return record;
  }

  void one_pairing(const GoldenFixture& golden, DType dtype, Pairing pairing, CaseFinding& finding) {
    if (!description_.has(pairing)) {
      finding.record =
          unanswered(RotateAnswer::Status::unsupported, fmt::format("{} is not among its pairings", name(pairing)));
      return;
    }
    const bool accept = context_.options.accept_declared;
    const Judge& judged = judge(golden, dtype);
    JudgedCase result;
    if (finding.id.check == "relative-position") {
      const RelativeCall call = relative_call(golden.fixture, dtype, pairing);
      const RotateAnswer answer = driver_.rotate(call.request);
      note(golden, dtype, pairing, answer);
      result = relative_position(call, answer, golden.fixture, judged, accept);
      judge_memory(answer.memory_faults, result.record);
    } else {
      const Response& answer = response(golden, dtype, pairing);
      // What does not answer a few is not asked for all of them; but runs of consecutive positions are more than some
      // take.
      const bool may_answer =
          answer.status == RotateAnswer::Status::ok || answer.status == RotateAnswer::Status::unsupported;
      const Sweep* const swept = exhaustive() && may_answer ? &sweep_of(golden, dtype, pairing, judged) : nullptr;
      const bool answered =
          answer.status == RotateAnswer::Status::ok || (swept != nullptr && swept->status == RotateAnswer::Status::ok);
      if (finding.id.check == "golden-table") {
        result = golden_table(answer, golden.fixture, judged, accept);
        if (swept != nullptr) add_swept(result, *swept, swept->within.table, judged, dtype, accept);
      }
      if (finding.id.check == "golden-rotation") {
        result = golden_rotation(answer, golden.fixture, judged, accept);
        if (swept != nullptr) add_swept(result, *swept, swept->within.rotation, judged, dtype, accept);
      }
      if (finding.id.check == "long-context") {
        LongContext found = long_context(answer, golden.fixture, judged, accept);
        if (swept != nullptr) add_swept(found, *swept, judged, dtype, accept);
        result = std::move(found.judged);
        found.horizon.model = golden.model.name;
        if (answered) findings_.horizons.push_back(found.horizon);
      }
      judge_memory(answer.memory_faults, result.record);
      if (swept != nullptr) judge_memory(swept->memory_faults, result.record);
      if (result.record.verdict == reports::Verdict::fail && answer.status == RotateAnswer::Status::ok &&
          answer.memory_faults.empty()) {
        name_fault(golden, answer);
      }
      if (finding.id.check != "long-context" && answered) {
        finding.accuracy = std::move(result.accuracy);
      }
    }
    finding.record = std::move(result.record);
  }

  /// In each pairing that the implementation has, as one case.
  reports::Case property_in_each_pairing(const Property& asked, const GoldenFixture& golden, DType dtype) {
    // Since 2026.4 checks have runs of tokens and rows apart, which need some positions.
    constexpr std::int64_t least_positions = 64;
    if (is_of_the_interface(*find_check(asked.check)) && golden.fixture.spec.max_position < least_positions) {
      reports::Case record;
      record.verdict = reports::Verdict::not_observable;
      record.message = fmt::format("the model has fewer than {} positions", least_positions);
      return record;
    }
    std::vector<InPairing> cases;
    for (Pairing pairing : pairings) {
      if (!description_.has(pairing)) continue;
      cases.push_back({pairing, property(asked, golden, judge(golden, dtype), dtype, pairing)});
    }
    if (cases.empty()) return unanswered(RotateAnswer::Status::unsupported, "it claims no pairing");
    return of_both_pairings(std::move(cases));
  }

  /// R41: in the model's own pairing where the implementation has it.
  reports::Case attention(const GoldenFixture& golden, DType dtype) {
    const Pairing own = golden.fixture.spec.pairing;
    const Pairing other = own == Pairing::half_split ? Pairing::interleaved : Pairing::half_split;
    if (!description_.has(own) && !description_.has(other)) {
      return unanswered(RotateAnswer::Status::unsupported, "it claims no pairing");
    }
    const AttentionSize size{context_.options.profile == "smoke" ? 8192 : 131072, exhaustive() ? 131072 : 4096};
    AttentionFinding found;
    const Judge& judged = judge(golden, dtype);
    reports::Case record = probed(golden, judged, dtype, description_.has(own) ? own : other, [&](const Probe& probe) {
      found = attention_effect(probe, size, context_.qk);
      return found.record;
    });
    findings_.attention.insert(findings_.attention.end(), found.effects.begin(), found.effects.end());
    return record;
  }

  reports::Case property(const Property& asked, const GoldenFixture& golden, const Judge& judged, DType dtype,
                         Pairing pairing) {
    return probed(golden, judged, dtype, pairing, asked.judge);
  }

  /// What `look` finds with a probe of this implementation.
  reports::Case probed(const GoldenFixture& golden, const Judge& judged, DType dtype, Pairing pairing,
                       const std::function<reports::Case(const Probe&)>& look) {
    RotateAnswer memory;  // of all calls together
    memory.status = RotateAnswer::Status::ok;
    Probe probe{[&](const RotateRequest& request) {
                  RotateAnswer answer = driver_.rotate(request);
                  note(golden, dtype, pairing, answer);
                  memory.memory_faults.insert(memory.memory_faults.end(), answer.memory_faults.begin(),
                                              answer.memory_faults.end());
                  return answer;
                },
                golden.fixture,
                judged,
                dtype,
                pairing,
                context_.options.accept_declared};
    probe.in_place_only = (description_.flags & ROPE_FLAG_IN_PLACE_ONLY) != 0;
    probe.bits_required = context_.options.deterministic || (judged.contract() && judged.contract()->bit_reproducible);
    probe.description = &description_;
    probe.asked = [&](const AskedCombination& one) {
      findings_.combinations.add(one, golden.model.name, dtype, pairing);
    };
    reports::Case record = look(probe);
    judge_memory(memory.memory_faults, record);
    return record;
  }

  void name_fault(const GoldenFixture& golden, const Response& answer) {
    const auto key = std::make_tuple(golden.model.name, answer.dtype, answer.pairing);
    if (!diagnosed_.insert(key).second) return;
    const auto named = diagnose(answer, golden.fixture);
    findings_.diagnoses.push_back({golden.model.name, answer.dtype, answer.pairing, named});
  }

  // A kernel that hangs would take the longest deadline for every case.
  static constexpr int most_timeouts = 2;
  int timeouts_ = 0;

  const RunContext& context_;
  Driver& driver_;
  const Description& description_;
  const std::map<DType, Contract>& contracts_;
  RunFindings& findings_;
  NotedBits bits_;
  std::optional<Judge> judge_;
  std::pair<const GoldenFixture*, DType> judged_{nullptr, DType::f32};
  std::map<std::tuple<std::string, DType, Pairing>, Response> responses_;
  std::set<std::tuple<std::string, DType, Pairing>> diagnosed_;
  std::map<std::tuple<std::string, DType, Pairing>, Sweep> sweeps_;
};

}  // namespace

reports::Record run_cases(const RunContext& context, Loaded& implementation, const std::vector<CaseId>& cases) {
  const auto start = Clock::now();
  RunFindings findings;
  Run run(context, implementation, findings);
  for (const CaseId& id : cases) {
    if (context.interrupted && context.interrupted()) {
      findings.interrupted = true;
      break;
    }
    const std::size_t horizons = findings.horizons.size();
    const std::size_t diagnoses = findings.diagnoses.size();
    const std::size_t attention = findings.attention.size();
    const AskedCombinations combinations = findings.combinations;
    try {
      run.run(id);
    } catch (const std::exception& error) {
      // The suite's own fault (no memory to share, a worker of another version): what was judged before it stays.
      findings.suite_problem = error.what();
      break;
    }
    if (context.interrupted && context.interrupted()) {
      // The case that was under way is not one that was judged.
      findings.cases.pop_back();
      findings.horizons.resize(horizons);
      findings.diagnoses.resize(diagnoses);
      findings.attention.resize(attention);
      findings.combinations = combinations;
      findings.interrupted = true;
      break;
    }
  }
  if (!findings.interrupted && findings.suite_problem.empty() && !findings.cases.empty()) run.end();
  findings.captured_output = implementation.driver->captured_output();
  findings.seconds_total = std::chrono::duration<double>(Clock::now() - start).count();
  return record_of_run(context, implementation.library, implementation.description, findings);
}

}  // namespace rope::conformance
